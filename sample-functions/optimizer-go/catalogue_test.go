// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"testing"
)

func TestTheCatalogueIsReadAgainWhenItIsOldOrFailed(t *testing.T) {
	time := newClock()
	reads := 0
	var failure error
	kept := &keptCatalogue{now: time.now, read: func(context.Context) (*catalogue, error) {
		reads++
		return &catalogue{}, failure
	}}
	expect := func(reading int, failed error) {
		t.Helper()
		if _, err := kept.get(context.Background()); err != failed || reads != reading {
			t.Errorf("read %d times: %v", reads, err)
		}
	}
	failure = errors.New("down")
	expect(1, failure)
	expect(2, failure)
	failure = nil
	expect(3, nil)
	time.pass(catalogueLife - 1)
	expect(3, nil)
	time.pass(1)
	expect(4, nil)
}
