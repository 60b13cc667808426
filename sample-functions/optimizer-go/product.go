// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

type product struct {
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Price       float64     `json:"price"`
	Currency    string      `json:"currency"`
	Tags        []string    `json:"tags"`
	Dimensions  *dimensions `json:"dimensions"`
	Stock       stock       `json:"stock"`
	Supplier    *supplier   `json:"supplier"`
	Related     []string    `json:"related"`
}

type measure struct {
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

type dimensions struct {
	Width  measure  `json:"width"`
	Height measure  `json:"height"`
	Depth  measure  `json:"depth"`
	Weight *measure `json:"weight"`
}

type stock struct {
	Available int `json:"available"`
}

type supplier struct {
	Name    string `json:"name"`
	Country string `json:"country"`
}

//go:embed product.schema.json
var productSchema []byte

func compileSchema() (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(productSchema))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("product.schema.json", document); err != nil {
		return nil, err
	}
	return compiler.Compile("product.schema.json")
}

// fault is one thing that is wrong with a product, and where.
type fault struct {
	At      string `json:"at"`
	Message string `json:"message"`
}

var errNotJSON = errors.New("this is not JSON")

// parseProduct tells what is wrong with the text, or what it says. The error is that it is no JSON at all.
func parseProduct(schema *jsonschema.Schema, text []byte) (*product, []fault, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errNotJSON, err)
	}
	if err := schema.Validate(document); err != nil {
		var invalid *jsonschema.ValidationError
		if errors.As(err, &invalid) {
			return nil, faultsOf(invalid), nil
		}
		return nil, nil, err
	}
	var p product
	return &p, nil, json.Unmarshal(text, &p)
}

// faultsOf takes the leaves of the tree: what is above only says that something below is wrong.
func faultsOf(e *jsonschema.ValidationError) []fault {
	if len(e.Causes) == 0 {
		english := message.NewPrinter(language.English)
		return []fault{{"/" + strings.Join(e.InstanceLocation, "/"), e.ErrorKind.LocalizedString(english)}}
	}
	var all []fault
	for _, cause := range e.Causes {
		all = append(all, faultsOf(cause)...)
	}
	return all
}
