// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"sync/atomic"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// optimizer is the function: what its handler needs, each made when the switches say.
type optimizer struct {
	ready     *readiness
	config    func() (*config, error)
	schema    func() (*jsonschema.Schema, error)
	page      func() (*template.Template, error)
	store     func() (*store, error)
	opened    atomic.Pointer[store]
	catalogue func(context.Context) (*catalogue, error)
	pages     renderer
	responses *responseCache // nil without the technique
	metrics   *metrics
}

// The order is that of init: what is compiled needs nobody else, and the catalogue needs the connection.
func newOptimizer(s switches, began time.Time, readConfig func() (*config, error)) *optimizer {
	o := &optimizer{
		ready:   &readiness{began: began, say: func(line string) { fmt.Println(line) }},
		metrics: &metrics{out: os.Stdout, now: time.Now},
		pages:   newRenderer(s.pool),
	}
	if s.responseCache {
		o.responses = newResponseCache(wallClock, s.responseLife)
	}
	o.config = onceIf(s.configCache, o.ready, readConfig)
	o.schema = onceIf(s.precompile, o.ready, compileSchema)
	o.page = onceIf(s.precompile, o.ready, compilePage)
	o.store = once(o.ready, func() (*store, error) {
		opened, err := openStore(s, &o.metrics.connectionsOpened)
		if err != nil {
			return nil, err
		}
		o.opened.Store(opened)
		if s.warmed {
			opened.warm()
		}
		return opened, nil
	})
	o.catalogue = o.readCatalogue
	if s.prefetch {
		kept := &keptCatalogue{now: wallClock, read: o.readCatalogue}
		prefetched := once(o.ready, func() (*catalogue, error) {
			ctx, cancel := context.WithTimeout(context.Background(), warmTimeout)
			defer cancel()
			return kept.get(ctx)
		})
		o.catalogue = func(ctx context.Context) (*catalogue, error) {
			prefetched() // if that failed, it is tried again here
			return kept.get(ctx)
		}
	}
	return o
}

func (o *optimizer) readCatalogue(ctx context.Context) (*catalogue, error) {
	s, err := o.store()
	if err != nil {
		return nil, err
	}
	return readCatalogue(ctx, s)
}

// wallClock is what life times are counted by: Go's other one may stand still with the environment.
func wallClock() time.Time { return time.Now().Round(0) }

// NotAnAPIGatewayEvent is the type of the error that the platform is told.
type NotAnAPIGatewayEvent struct{ reason string }

func (e NotAnAPIGatewayEvent) Error() string {
	return "expected an event of an API Gateway HTTP API, payload format 2.0: " + e.reason
}

// Invoke has the bytes of the event and answers with bytes, so that nothing is parsed twice.
func (o *optimizer) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	began := time.Now()
	var cacheHit *bool
	defer func() { o.metrics.write(1, time.Since(began), cacheHit) }()

	o.ready.wait()
	var event request
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, NotAnAPIGatewayEvent{err.Error()}
	}
	if event.Version != "2.0" || event.RequestContext.HTTP.Method == "" {
		return nil, NotAnAPIGatewayEvent{"it has no version 2.0 or no requestContext.http.method"}
	}
	answer, hit, err := o.answer(ctx, event)
	cacheHit = hit
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

// answer looks into the cache first, for a GET and where there is one. Only a success is kept.
func (o *optimizer) answer(ctx context.Context, event request) (
	answer response, hit *bool, err error) {
	if o.responses == nil || event.RequestContext.HTTP.Method != "GET" {
		answer, err = o.route(ctx, event)
		return answer, nil, err
	}
	key, err := hashOf(event)
	if err != nil {
		return response{}, nil, err
	}
	answer, found := o.responses.get(key)
	if found {
		return answer, &found, nil
	}
	answer, err = o.route(ctx, event)
	if err == nil && answer.StatusCode == 200 {
		o.responses.put(key, answer)
	}
	return answer, &found, err
}

func (o *optimizer) shutDown() {
	if s := o.opened.Load(); s != nil {
		s.close()
	}
	o.metrics.flush()
	fmt.Printf("optimizer shut down after %d invocations\n", o.metrics.invocations.Load())
	os.Exit(0)
}
