// SPDX-License-Identifier: Apache-2.0

// What a function can do with the official Go client beside answering well: MODE says what.
package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

type answer struct {
	Message string `json:"message"`
}

// The client takes the error type from the name of the Go type.
type OrderRefused struct{ order string }

func (e OrderRefused) Error() string { return "order " + e.order + " refused" }

type event struct {
	Chunks  *int `json:"chunks"`
	PauseMS int  `json:"pause_ms"`
	Fail    bool `json:"fail"`
}

func hello() (answer, error) { return answer{Message: "hello from go"}, nil }

func main() {
	switch mode := os.Getenv("MODE"); mode {
	case "sigterm": // the callback returns: whoever sent the signal has to end the process
		lambda.StartWithOptions(hello, lambda.WithEnableSIGTERM(func() { fmt.Println("flushed at SIGTERM") }))
	case "sigterm-exit":
		lambda.StartWithOptions(hello, lambda.WithEnableSIGTERM(func() {
			fmt.Println("flushed at SIGTERM")
			os.Exit(0)
		}))
	case "error":
		lambda.Start(func() (answer, error) { return answer{}, OrderRefused{"7"} })
	case "panic":
		lambda.Start(func() (answer, error) { panic("out of paper") })
	case "stream":
		lambda.Start(stream)
	default:
		fmt.Fprintf(os.Stderr, "MODE=%q: expected sigterm, sigterm-exit, error, panic or stream\n", mode)
		os.Exit(1)
	}
}

// The client sends whatever it can read as the body, piece by piece. It leaves out the header that would
// tell the Runtime API of a stream.
func stream(e event) (io.Reader, error) {
	chunks := 3
	if e.Chunks != nil {
		chunks = *e.Chunks
	}
	reader, writer := io.Pipe()
	go func() {
		for number := 1; number <= chunks; number++ {
			time.Sleep(time.Duration(e.PauseMS) * time.Millisecond)
			fmt.Fprintf(writer, "chunk %d\n", number)
		}
		if e.Fail {
			writer.CloseWithError(OrderRefused{"7"})
		} else {
			writer.Close()
		}
	}()
	return reader, nil
}
