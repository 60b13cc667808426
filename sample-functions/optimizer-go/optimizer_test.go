// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	// As on Lambda; without them the client would look for a machine's role.
	os.Setenv("AWS_REGION", "us-east-1")
	os.Setenv("AWS_ACCESS_KEY_ID", "sample")
	os.Setenv("AWS_SECRET_ACCESS_KEY", "sample")
	os.Unsetenv("AWS_CA_BUNDLE")
	os.Exit(m.Run())
}

// function is an optimizer whose lines a test can read, and whose config is the one in this folder.
func function(s switches) (*optimizer, *bytes.Buffer) {
	o := newOptimizer(s, time.Now(), func() (*config, error) { return readConfigFrom("config.json") })
	out := new(bytes.Buffer)
	o.metrics.out = out
	o.ready.say = func(string) {}
	o.ready.begin(s.init)
	return o, out
}

func invoke(t *testing.T, o *optimizer, event any) response {
	t.Helper()
	return invokeFor(t, context.Background(), o, event)
}

func invokeFor(t *testing.T, ctx context.Context, o *optimizer, event any) (answer response) {
	t.Helper()
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	text, err := o.Invoke(ctx, payload)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func expectProblem(t *testing.T, answer response, status int, part string) {
	t.Helper()
	if answer.StatusCode != status || !strings.Contains(answer.Body, part) {
		t.Errorf("expected %d with %q: %+v", status, part, answer)
	}
}

func TestAProductIsStoredAndShown(t *testing.T) {
	o, _ := function(newTableServer(t).switches())
	get := eventFrom(t, "get-product.json")
	expectProblem(t, invoke(t, o, get), 404, "there is no product desk-lamp-7")
	put := invoke(t, o, eventFrom(t, "put-product.json"))
	expectProblem(t, put, 200, "<h1>Desk lamp &#34;Aurora&#34; &lt;7 W&gt;</h1>")
	expectProblem(t, put, 200, `<a href="/categories/lighting">Lighting</a>`)
	shown := invoke(t, o, get)
	if shown.Body != put.Body || shown.Headers["content-type"] != "text/html; charset=utf-8" {
		t.Error(shown)
	}
}

func TestWhatIsWrongIsRefused(t *testing.T) {
	o, _ := function(newTableServer(t).switches())
	with := func(change func(*request)) response {
		event := eventFrom(t, "put-product.json")
		change(&event)
		return invoke(t, o, event)
	}
	expectProblem(t, with(func(e *request) { e.Body = "{" }), 400, "this is not JSON")
	expectProblem(t, with(func(e *request) { e.IsBase64Encoded = true }), 400, "not base64")
	expectProblem(t, with(func(e *request) { e.Body = `{"name":""}` }), 400, `"errors":[{"at":"/`)
	expectProblem(t, with(func(e *request) { e.RawPath = "/" }), 404, "nothing at /")
	expectProblem(t, with(func(e *request) { e.RawPath = "/products/a/b" }), 404, "nothing at")
	expectProblem(t, with(func(e *request) { e.RequestContext.HTTP.Method = "DELETE" }), 405, "GET and PUT")
}

func TestWhatIsNoAPIGatewayEventIsAFunctionError(t *testing.T) {
	o, out := function(newTableServer(t).switches())
	for _, payload := range []string{`"text"`, `{}`, `{"Records":[]}`, `{"version":"1.0","httpMethod":"GET"}`} {
		_, err := o.Invoke(context.Background(), []byte(payload))
		var wrong NotAnAPIGatewayEvent
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), "payload format 2.0") {
			t.Errorf("%s: %v", payload, err)
		}
	}
	if len(linesOf(t, out)) != 4 {
		t.Error("an invocation has no line of metrics")
	}
}

func TestEachCombinationOfSwitchesAnswersTheSame(t *testing.T) {
	get, put := eventFrom(t, "get-product.json"), eventFrom(t, "put-product.json")
	naive, _ := function(newTableServer(t).switches())
	expected := invoke(t, naive, put).Body
	for _, init := range []string{"sync", "async", "lazy"} {
		for bits := range 1 << 6 {
			s := newTableServer(t).switches()
			s.init, s.warmed, s.precompile, s.prefetch = init, bits&1 > 0, bits&2 > 0, bits&4 > 0
			s.configCache, s.responseCache, s.pool = bits&8 > 0, bits&16 > 0, bits&32 > 0
			o, out := function(s)
			for _, event := range []request{put, get, get} {
				if answer := invoke(t, o, event); answer.StatusCode != 200 || answer.Body != expected {
					t.Fatalf("%+v: %+v", s, answer)
				}
			}
			lines := linesOf(t, out)
			if lines[0]["ConnectionsOpened"] == 0.0 {
				t.Errorf("%+v: no connection was opened", s)
			}
			if hit, given := lines[2]["CacheHit"]; given != s.responseCache || (given && hit != 1.0) {
				t.Errorf("%+v: %v", s, lines[2])
			}
		}
	}
}

func TestTheConnectionIsReused(t *testing.T) {
	o, out := function(newTableServer(t).switches())
	for range 150 {
		invoke(t, o, eventFrom(t, "put-product.json"))
	}
	opened := 0.0
	for _, line := range linesOf(t, out) {
		opened += line["ConnectionsOpened"].(float64)
	}
	// One; on a machine where a thread is held up for 50 ms, Go's transport may give one up.
	if opened < 1 || opened > 4 {
		t.Errorf("%v connections for 450 calls", opened)
	}
}

func TestPrefetchedIsWhatARequestNeedNotRead(t *testing.T) {
	for prefetch, expected := range map[bool]string{
		false: "[GetItem GetItem PutItem GetItem] [GetItem GetItem]",
		true:  "[GetItem] [GetItem]",
	} {
		table := newTableServer(t)
		table.set("product#desk-lamp-7", eventFrom(t, "put-product.json").Body)
		s := table.switches()
		s.init, s.prefetch = "sync", prefetch
		o, _ := function(s)
		get := func() { invoke(t, o, eventFrom(t, "get-product.json")) }
		if calls := fmt.Sprint(table.callsSince(get), " ", table.callsSince(get)); calls != expected {
			t.Errorf("prefetch %v: %s", prefetch, calls)
		}
	}
}

func TestInitDoesWhatItIsToldTo(t *testing.T) {
	for init, expected := range map[string][]string{"sync": {"GetItem"}, "lazy": nil} {
		table := newTableServer(t)
		s := table.switches()
		s.init, s.warmed = init, true
		if calls := table.callsSince(func() { function(s) }); !slices.Equal(calls, expected) {
			t.Errorf("%s: %v", init, calls)
		}
	}
}

func TestAStoreThatFailsIsToldAndTriedAgain(t *testing.T) {
	for _, prefetch := range []bool{false, true} {
		table := newTableServer(t)
		s := table.switches()
		s.init, s.warmed, s.prefetch = "sync", true, prefetch
		table.hangs.Store(true) // init gives up after a second
		o, _ := function(s)
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		put := eventFrom(t, "put-product.json")
		expectProblem(t, invokeFor(t, ctx, o, put), 503, "did not answer in time")
		table.hangs.Store(false)
		expectProblem(t, invoke(t, o, put), 200, "<h1>")
		table.CloseClientConnections()
		expectProblem(t, invoke(t, o, put), 200, "<h1>")
		table.Close()
		expectProblem(t, invoke(t, o, put), 502, "connection refused")
	}
}

func TestACertificateThatNobodyVouchesForIsRefused(t *testing.T) {
	s := newTableServer(t).switches()
	s.storeRoots = nil
	s.warmed, s.init = true, "sync"
	o, out := function(s)
	expectProblem(t, invoke(t, o, eventFrom(t, "put-product.json")), 502, "x509: certificate")
	if linesOf(t, out)[0]["ConnectionsOpened"] != 0.0 {
		t.Error(out.String())
	}
}

func TestAnInvalidProductInTheStoreIsNotShown(t *testing.T) {
	table := newTableServer(t)
	o, _ := function(table.switches())
	for text, part := range map[string]string{"{": "this is not JSON", `{"name":"x"}`: "missing properties"} {
		table.set("product#desk-lamp-7", text)
		expectProblem(t, invoke(t, o, eventFrom(t, "get-product.json")), 502, part)
	}
}
