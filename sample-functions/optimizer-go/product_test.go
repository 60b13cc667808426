// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func eventFrom(t *testing.T, name string) (event request) {
	t.Helper()
	if err := json.Unmarshal(textFrom(t, name), &event); err != nil {
		t.Fatal(err)
	}
	return event
}

func textFrom(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("../optimizer-events/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func schemaOf(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := compileSchema()
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestTheProductOfTheSampleEventIsValid(t *testing.T) {
	p, faults, err := parseProduct(schemaOf(t), []byte(eventFrom(t, "put-product.json").Body))
	if err != nil || len(faults) > 0 {
		t.Fatal(faults, err)
	}
	if p.Price != 1249.5 || p.Dimensions.Weight.Unit != "kg" || len(p.Tags) != 3 {
		t.Errorf("%+v", p)
	}
}

func TestEachFaultIsToldWithItsPlace(t *testing.T) {
	for at, change := range map[string]func(map[string]any){
		"/":                        func(p map[string]any) { delete(p, "name") },
		"/name":                    func(p map[string]any) { p["name"] = "two\nlines" },
		"/price":                   func(p map[string]any) { p["price"] = 0 },
		"/currency":                func(p map[string]any) { p["currency"] = "XXX" },
		"/sku":                     func(p map[string]any) { p["sku"] = "lamp" },
		"/tags/1":                  func(p map[string]any) { p["tags"] = []string{"lamp", "LED"} },
		"/dimensions":              func(p map[string]any) { p["dimensions"] = map[string]any{"width": nil} },
		"/stock/available":         func(p map[string]any) { p["stock"] = map[string]any{"available": 1.5} },
		"/stock/warehouses/0/code": func(p map[string]any) { warehouse(p)["code"] = "Stockholm" },
		"/dimensions/weight/unit":  func(p map[string]any) { weight(p)["unit"] = "stone" },
		"/supplier":                func(p map[string]any) { p["supplier"].(map[string]any)["phone"] = "1" },
		"/related/0":               func(p map[string]any) { p["related"] = []string{"/"} },
		"/stock/warehouses/0":      func(p map[string]any) { delete(warehouse(p), "code") },
		"/dimensions/weight/value": func(p map[string]any) { weight(p)["value"] = 0 },
		"/dimensions/weight":       func(p map[string]any) { delete(weight(p), "unit") },
		"/supplier/country":        func(p map[string]any) { p["supplier"].(map[string]any)["country"] = "Sweden" },
	} {
		var p map[string]any
		json.Unmarshal([]byte(eventFrom(t, "put-product.json").Body), &p)
		change(p)
		text, _ := json.Marshal(p)
		parsed, faults, err := parseProduct(schemaOf(t), text)
		if parsed != nil || err != nil || len(faults) == 0 {
			t.Errorf("%s: taken for valid (%v)", at, err)
			continue
		}
		if faults[0].Message == "" || !anyAt(faults, at) {
			t.Errorf("%s: %v", at, faults)
		}
	}
}

func warehouse(p map[string]any) map[string]any {
	return p["stock"].(map[string]any)["warehouses"].([]any)[0].(map[string]any)
}

func weight(p map[string]any) map[string]any {
	return p["dimensions"].(map[string]any)["weight"].(map[string]any)
}

func anyAt(faults []fault, at string) bool {
	for _, one := range faults {
		if one.At == at {
			return true
		}
	}
	return false
}

func TestWhatIsNoJSONIsSaidToBeNone(t *testing.T) {
	for _, text := range []string{"", "{", "name=lamp", "{} {}"} {
		if _, _, err := parseProduct(schemaOf(t), []byte(text)); !errors.Is(err, errNotJSON) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestEachCurrencyOfTheSchemaIsInTheConfig(t *testing.T) {
	var schema struct {
		Properties struct {
			Currency struct{ Enum []string }
		}
	}
	if err := json.Unmarshal(productSchema, &schema); err != nil {
		t.Fatal(err)
	}
	c := configOf(t)
	for _, code := range append(schema.Properties.Currency.Enum, c.OtherCurrencies...) {
		if c.Currencies[code].Rate <= 0 {
			t.Errorf("%s has no rate", code)
		}
	}
	if len(schema.Properties.Currency.Enum) == 0 {
		t.Error("the schema has no currencies")
	}
}
