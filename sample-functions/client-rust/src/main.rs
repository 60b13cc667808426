// SPDX-License-Identifier: Apache-2.0
// Streams its response with the official Rust client, as the event says.
use std::time::Duration;

use lambda_runtime::streaming::{Body, Response, channel};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(default)]
struct Event {
    chunks: u32,
    pause_ms: u64,
    fail: bool,
}

impl Default for Event {
    fn default() -> Self {
        Event {
            chunks: 3,
            pause_ms: 0,
            fail: false,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(stream)).await
}

async fn stream(event: LambdaEvent<Event>) -> Result<Response<Body>, Error> {
    let event = event.payload;
    let (mut sender, body) = channel();
    tokio::spawn(async move {
        for number in 1..=event.chunks {
            tokio::time::sleep(Duration::from_millis(event.pause_ms)).await;
            if sender
                .send_data(format!("chunk {number}\n").into())
                .await
                .is_err()
            {
                return;
            }
        }
        if event.fail {
            sender.abort();
        }
    });
    Ok(Response::from(body))
}
