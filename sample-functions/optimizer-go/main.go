// SPDX-License-Identifier: Apache-2.0

// A function behind API Gateway that does an honest job, with every technique against cold starts behind a
// switch of its own: see ../README.md.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	began := time.Now()
	s, err := readSwitches(os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	o := newOptimizer(s, began, readConfig)
	o.ready.begin(s.init)

	var options []lambda.Option
	if s.graceful {
		options = append(options, lambda.WithEnableSIGTERM(o.shutDown))
	}
	lambda.StartWithOptions(o, options...)
}
