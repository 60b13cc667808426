// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// catalogue is the reference document: which tags belong to which category.
type catalogue struct {
	Categories []category `json:"categories"`
}

type category struct {
	ID   string   `json:"id"`
	Name string   `json:"name"`
	Tags []string `json:"tags"`
}

func (c *catalogue) of(tags []string) []category {
	var found []category
	for _, one := range c.Categories {
		if anyOf(one.Tags, tags) {
			found = append(found, one)
		}
	}
	return found
}

func anyOf(some, others []string) bool {
	for _, one := range some {
		for _, other := range others {
			if one == other {
				return true
			}
		}
	}
	return false
}

// What the store is given if it has none.
//
//go:embed catalogue.json
var firstCatalogue []byte

const (
	catalogueKey  = "catalogue"
	catalogueLife = 5 * time.Minute
)

func readCatalogue(ctx context.Context, s *store) (*catalogue, error) {
	text, found, err := s.get(ctx, catalogueKey)
	if err != nil {
		return nil, err
	}
	if !found {
		if err := s.putNew(ctx, catalogueKey, firstCatalogue); err != nil {
			return nil, err
		}
		// Another environment may have been first, so what counts is what is there.
		if text, _, err = s.get(ctx, catalogueKey); err != nil {
			return nil, err
		}
	}
	var c catalogue
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("the catalogue in the store: %w", err)
	}
	return &c, nil
}

// keptCatalogue reads the catalogue again when it has become old, and after a failure.
type keptCatalogue struct {
	now   func() time.Time
	read  func(context.Context) (*catalogue, error)
	mutex sync.Mutex
	kept  *catalogue
	until time.Time
}

func (k *keptCatalogue) get(ctx context.Context) (*catalogue, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.kept != nil && k.now().Before(k.until) {
		return k.kept, nil
	}
	c, err := k.read(ctx)
	if err != nil {
		return nil, err
	}
	k.kept, k.until = c, k.now().Add(catalogueLife)
	return c, nil
}
