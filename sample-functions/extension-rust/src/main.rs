// SPDX-License-Identifier: Apache-2.0
// An external extension on the official crate that records what it is told: every telemetry event, and
// every event of its own, as one JSON line each.
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use lambda_extension::{
    Error, Extension, LambdaEvent, LambdaTelemetry, LogBuffering, NextEvent, SharedService,
    service_fn, tracing,
};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    // Without this the crate says nothing when it refuses a batch that it cannot parse.
    tracing::init_default_subscriber();
    let path = std::env::var("RECORD_FILE").map_err(|_| "RECORD_FILE has to name a file")?;
    let linger = std::env::var("LINGER_MS").unwrap_or("100".into()).parse();
    let linger = Duration::from_millis(linger.map_err(|_| "LINGER_MS has to be a number")?);
    let record = Arc::new(OpenOptions::new().create(true).append(true).open(path)?);
    let record_telemetry = record.clone();
    Extension::new()
        .with_events(&["INVOKE", "SHUTDOWN"])
        .with_events_processor(service_fn(|event| note(record.clone(), event, linger)))
        .with_telemetry_types(&["platform", "function", "extension"])
        .with_telemetry_buffering(LogBuffering {
            timeout_ms: 25,
            ..LogBuffering::default()
        })
        .with_telemetry_port_number(free_port()?)
        .with_telemetry_record_type::<Value>()
        .with_telemetry_processor(SharedService::new(service_fn(move |batch| {
            keep(record_telemetry.clone(), batch)
        })))
        .run()
        .await
}

// The crate takes a number and binds it anew for each connection. Several environments run at once here, so
// none may be fixed.
fn free_port() -> Result<u16, Error> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

async fn keep(record: Arc<File>, batch: Vec<LambdaTelemetry<Value>>) -> Result<(), Error> {
    batch
        .iter()
        .try_for_each(|event| write_line(&record, &serde_json::to_value(event)?))
}

/// The crate would ask for another event after SHUTDOWN; a well-behaved extension is gone by then, with the
/// last telemetry in hand.
async fn note(record: Arc<File>, event: LambdaEvent, linger: Duration) -> Result<(), Error> {
    match event.next {
        NextEvent::Invoke(invoke) => {
            let mut line = json!({
                "eventType": "INVOKE",
                "deadlineMs": invoke.deadline_ms,
                "requestId": invoke.request_id,
                "invokedFunctionArn": invoke.invoked_function_arn,
            });
            if !invoke.tracing.r#type.is_empty() {
                line["tracing"] =
                    json!({ "type": invoke.tracing.r#type, "value": invoke.tracing.value });
            }
            write_line(&record, &line)
        }
        NextEvent::Shutdown(shutdown) => {
            write_line(
                &record,
                &json!({
                    "eventType": "SHUTDOWN",
                    "deadlineMs": shutdown.deadline_ms,
                    "shutdownReason": shutdown.shutdown_reason,
                }),
            )?;
            tokio::time::sleep(linger).await;
            std::process::exit(0)
        }
    }
}

// One write for each line, so that several environments can share the file.
fn write_line(mut record: &File, value: &Value) -> Result<(), Error> {
    Ok(record.write_all(format!("{value}\n").as_bytes())?)
}
