// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
	"time"
)

// environment has a store, so that only what a test adds can be wrong.
func environment(more map[string]string) func(string) string {
	return func(name string) string {
		if value, given := more[name]; given {
			return value
		}
		if name == "STORE_URL" {
			return "https://localhost:1"
		}
		return ""
	}
}

func TestWithoutVariablesTheFirstValuesHold(t *testing.T) {
	s, err := readSwitches(environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	if s != (switches{init: "sync", responseLife: usualLife, storeURL: "https://localhost:1"}) {
		t.Errorf("%+v", s)
	}
}

func TestEachVariableTurnsItsTechniqueOn(t *testing.T) {
	s, err := readSwitches(environment(map[string]string{
		"INIT": "lazy", "CONNECTIONS": "warmed", "PRECOMPILE": "on", "PREFETCH": "on", "CONFIG_CACHE": "on",
		"RESPONSE_CACHE": "on", "RESPONSE_CACHE_LIFE": "7", "POOL": "on", "SHUTDOWN": "graceful",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if s != (switches{init: "lazy", warmed: true, precompile: true, prefetch: true, configCache: true,
		responseCache: true, responseLife: 7 * time.Second, pool: true, graceful: true, storeURL: "https://localhost:1"}) {
		t.Errorf("%+v", s)
	}
}

func TestWhatIsWrongIsNamedWithWhatIsAllowed(t *testing.T) {
	for given, expected := range map[[2]string]string{
		{"INIT", "later"}:                     "INIT=later: expected sync or async or lazy",
		{"CONNECTIONS", "on"}:                 "CONNECTIONS=on: expected cold or warmed",
		{"PRECOMPILE", "ON"}:                  "PRECOMPILE=ON: expected off or on",
		{"PREFETCH", "1"}:                     "PREFETCH=1: expected off or on",
		{"CONFIG_CACHE", "yes"}:               "CONFIG_CACHE=yes: expected off or on",
		{"RESPONSE_CACHE", "yes"}:             "RESPONSE_CACHE=yes: expected off or on",
		{"RESPONSE_CACHE_LIFE", "0"}:          "RESPONSE_CACHE_LIFE=0: expected a number of seconds from 1 to",
		{"POOL", "yes"}:                       "POOL=yes: expected off or on",
		{"SHUTDOWN", "on"}:                    "SHUTDOWN=on: expected none or graceful",
		{"STORE_URL", ""}:                     "STORE_URL=: expected https://HOST:PORT",
		{"STORE_URL", "rediss://localhost:1"}: "STORE_URL=rediss://localhost:1: expected https://HOST:PORT",
		{"STORE_CA", "*"}:                     "STORE_CA: expected a DER certificate in base64",
		{"STORE_CA", "AAAA"}:                  "STORE_CA: x509:",
	} {
		_, err := readSwitches(environment(map[string]string{given[0]: given[1]}))
		if err == nil || !strings.HasPrefix(err.Error(), expected) {
			t.Errorf("%s=%s: %v", given[0], given[1], err)
		}
	}
}

func TestAllThatIsWrongIsTold(t *testing.T) {
	_, err := readSwitches(environment(map[string]string{"INIT": "x", "POOL": "y"}))
	if err == nil || strings.Count(err.Error(), "expected") != 2 {
		t.Error(err)
	}
}
