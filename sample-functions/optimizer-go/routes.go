// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/aws/aws-lambda-go/events"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

type request = events.APIGatewayV2HTTPRequest

// response is what API Gateway needs; the client's own type would add fields that are always null.
type response struct {
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

var productPath = regexp.MustCompile(`^/products/([A-Za-z0-9][A-Za-z0-9_-]{0,63})$`)

// route answers whatever a client or the store can get wrong; an error is a bug, or a broken deployment.
func (o *optimizer) route(ctx context.Context, event request) (response, error) {
	path := productPath.FindStringSubmatch(event.RawPath)
	if path == nil {
		return problem(404, "there is nothing at "+event.RawPath), nil
	}
	method := event.RequestContext.HTTP.Method
	if method != "PUT" && method != "GET" {
		answer := problem(405, "a product knows GET and PUT only")
		answer.Headers["allow"] = "GET, PUT"
		return answer, nil
	}
	schema, err := o.schema()
	if err != nil {
		return response{}, err
	}
	var answer response
	if method == "PUT" {
		answer, err = o.putProduct(ctx, schema, path[1], event)
	} else {
		answer, err = o.getProduct(ctx, schema, path[1], event)
	}
	var failed storeFailure
	if errors.As(err, &failed) {
		return failed.response(), nil
	}
	return answer, err
}

func (o *optimizer) putProduct(ctx context.Context, schema *jsonschema.Schema, id string, event request) (
	response, error) {
	text, err := bodyOf(event)
	if err != nil {
		return problem(400, "the body is not base64: "+err.Error()), nil
	}
	_, faults, err := parseProduct(schema, text)
	switch {
	case errors.Is(err, errNotJSON):
		return problem(400, err.Error()), nil
	case err != nil:
		return response{}, err
	case len(faults) > 0:
		return invalid(400, "the product is not valid", faults), nil
	}
	s, err := o.store()
	if err != nil {
		return response{}, err
	}
	if err := s.put(ctx, productKey(id), text); err != nil {
		return response{}, storeFailure{err}
	}
	return o.getProduct(ctx, schema, id, event)
}

func (o *optimizer) getProduct(ctx context.Context, schema *jsonschema.Schema, id string, event request) (
	response, error) {
	s, err := o.store()
	if err != nil {
		return response{}, err
	}
	text, found, err := s.get(ctx, productKey(id))
	if err != nil {
		return response{}, storeFailure{err}
	}
	if !found {
		return problem(404, "there is no product "+id), nil
	}
	p, faults, err := parseProduct(schema, text)
	if err != nil {
		return response{}, storeFailure{fmt.Errorf("product %s: %w", id, err)}
	}
	if len(faults) > 0 {
		return invalid(502, "the store holds a product that is not valid", faults), nil
	}
	return o.showProduct(ctx, id, p, event.Headers["accept-language"])
}

func (o *optimizer) showProduct(ctx context.Context, id string, p *product, languages string) (response, error) {
	all, err := o.catalogue(ctx)
	if err != nil {
		return response{}, storeFailure{err}
	}
	c, err := o.config()
	if err != nil {
		return response{}, err
	}
	page, err := o.page()
	if err != nil {
		return response{}, err
	}
	html, err := o.pages.render(page, contentFor(id, p, c, all, languages))
	if err != nil {
		return response{}, err
	}
	headers := map[string]string{"content-type": "text/html; charset=utf-8"}
	return response{StatusCode: 200, Headers: headers, Body: html}, nil
}

func bodyOf(event request) ([]byte, error) {
	if event.IsBase64Encoded {
		return base64.StdEncoding.DecodeString(event.Body)
	}
	return []byte(event.Body), nil
}

func productKey(id string) string { return "product#" + id }

// storeFailure is told to the client; the next request tries again.
type storeFailure struct{ cause error }

func (f storeFailure) Error() string { return "the store failed: " + f.cause.Error() }

func (f storeFailure) response() response {
	if isTimeout(f.cause) {
		return problem(503, "the store did not answer in time: "+f.cause.Error())
	}
	return problem(502, f.Error())
}

func problem(status int, message string) response {
	return jsonResponse(status, map[string]any{"message": message})
}

func invalid(status int, message string, faults []fault) response {
	return jsonResponse(status, map[string]any{"message": message, "errors": faults})
}

func jsonResponse(status int, content any) response {
	text, err := json.Marshal(content)
	if err != nil {
		panic(err) // texts only
	}
	headers := map[string]string{"content-type": "application/json"}
	return response{StatusCode: status, Headers: headers, Body: string(text)}
}
