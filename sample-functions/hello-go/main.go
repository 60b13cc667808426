// SPDX-License-Identifier: Apache-2.0

// The baseline function on the official Go client.
package main

import "github.com/aws/aws-lambda-go/lambda"

type answer struct {
	Message string `json:"message"`
}

func main() {
	lambda.Start(func() (answer, error) { return answer{Message: "hello from go"}, nil })
}
