// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	usualLife      = 5 * time.Minute
	longestSeconds = 86_400
)

// switches are the techniques that can be turned on, each by a variable of its own.
type switches struct {
	init          string
	warmed        bool
	precompile    bool
	prefetch      bool
	configCache   bool
	responseCache bool
	responseLife  time.Duration
	pool          bool
	graceful      bool
	storeURL      string
	storeRoots    *x509.CertPool // nil: those of the system
}

func readSwitches(getenv func(string) string) (switches, error) {
	var faults []error
	// choice takes one of the allowed values; the first is the default.
	choice := func(name string, allowed ...string) string {
		value := getenv(name)
		if value == "" {
			return allowed[0]
		}
		for _, one := range allowed {
			if value == one {
				return value
			}
		}
		faults = append(faults, fmt.Errorf("%s=%s: expected %s", name, value, strings.Join(allowed, " or ")))
		return allowed[0]
	}
	seconds := func(name string, usual time.Duration) time.Duration {
		value := getenv(name)
		if value == "" {
			return usual
		}
		whole, err := strconv.ParseUint(value, 10, 32)
		if err != nil || whole < 1 || whole > longestSeconds {
			faults = append(faults, fmt.Errorf("%s=%s: expected a number of seconds from 1 to %d", name, value, longestSeconds))
			return usual
		}
		return time.Duration(whole) * time.Second
	}
	on := func(name string) bool { return choice(name, "off", "on") == "on" }

	s := switches{
		init:          choice("INIT", "sync", "async", "lazy"),
		warmed:        choice("CONNECTIONS", "cold", "warmed") == "warmed",
		precompile:    on("PRECOMPILE"),
		prefetch:      on("PREFETCH"),
		configCache:   on("CONFIG_CACHE"),
		responseCache: on("RESPONSE_CACHE"),
		responseLife:  seconds("RESPONSE_CACHE_LIFE", usualLife),
		pool:          on("POOL"),
		graceful:      choice("SHUTDOWN", "none", "graceful") == "graceful",
		storeURL:      getenv("STORE_URL"),
	}
	if at, err := url.Parse(s.storeURL); err != nil || at.Scheme != "https" || at.Host == "" {
		faults = append(faults, fmt.Errorf("STORE_URL=%s: expected https://HOST:PORT of a DynamoDB API", s.storeURL))
	}
	if text := getenv("STORE_CA"); text != "" {
		roots, err := rootsFrom(text)
		if err != nil {
			faults = append(faults, err)
		}
		s.storeRoots = roots
	}
	return s, errors.Join(faults...)
}

func rootsFrom(text string) (*x509.CertPool, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("STORE_CA: expected a DER certificate in base64 on one line: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("STORE_CA: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	return roots, nil
}
