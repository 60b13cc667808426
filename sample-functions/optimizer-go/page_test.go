// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func configOf(t *testing.T) *config {
	t.Helper()
	c, err := readConfigFrom("config.json")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func rendered(t *testing.T, p *product, languages string, r renderer) string {
	t.Helper()
	page, err := compilePage()
	if err != nil {
		t.Fatal(err)
	}
	categories := &catalogue{[]category{
		{"lighting", "Lighting", []string{"lamp"}}, {"toys", "Toys", []string{"toy"}},
	}}
	html, err := r.render(page, contentFor("lamp-1", p, configOf(t), categories, languages))
	if err != nil {
		t.Fatal(err)
	}
	return html
}

func lamp() *product {
	return &product{Name: "Lamp <i> & \"co\"", Description: "d", Price: 1249.5, Currency: "SEK",
		Tags: []string{"lamp"}, Stock: stock{Available: 4}}
}

func expectIn(t *testing.T, html string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(html, part) {
			t.Errorf("%q is not in %s", part, html)
		}
	}
}

func TestThePageIsEscaped(t *testing.T) {
	html := rendered(t, lamp(), "en", renderer{})
	expectIn(t, html, "<h1>Lamp &lt;i&gt; &amp; &#34;co&#34;</h1>")
	if strings.Contains(html, "<i>") {
		t.Error(html)
	}
}

func TestThePageSpeaksTheFirstLanguageThatThereIs(t *testing.T) {
	expectIn(t, rendered(t, lamp(), "xx, DE-at;q=0.9, en", renderer{}), `<html lang="de">`, "Preis:",
		"1.249,50 kr", "Nur noch wenige (4)")
	expectIn(t, rendered(t, lamp(), "", renderer{}), `<html lang="en">`, "kr1,249.50")
}

func TestThePageHasTheCategoriesOfTheTags(t *testing.T) {
	html := rendered(t, lamp(), "en", renderer{})
	expectIn(t, html, `<a href="/categories/lighting">Lighting</a>`)
	if strings.Contains(html, "Toys") {
		t.Error(html)
	}
}

func TestPricesAreConverted(t *testing.T) {
	// 1249.50 SEK at 11.4302 is 109.3157 EUR, and that at 162.37 is 17749.59 JPY.
	expectIn(t, rendered(t, lamp(), "fr", renderer{}), "<li>109,32 €</li>", "<li>17\u202f750 ¥</li>")
}

func TestAPooledBufferShowsNothingOfTheLastPage(t *testing.T) {
	pooled := newRenderer(true)
	rendered(t, lamp(), "en", pooled)
	other := lamp()
	other.Name = "x"
	if html := rendered(t, other, "en", pooled); html != rendered(t, other, "en", newRenderer(false)) {
		t.Error(html)
	}
}

func TestABrokenConfigIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	for text, expected := range map[string]string{
		"{":                      "config.json: unexpected end",
		`{"default_locale":"x"}`: `default_locale "x" is none of the locales`,
	} {
		os.WriteFile(path, []byte(text), 0o600)
		if _, err := readConfigFrom(path); err == nil || !strings.Contains(err.Error(), expected) {
			t.Error(err)
		}
	}
	if _, err := readConfigFrom(path + "x"); err == nil || !strings.Contains(err.Error(), "beside the executable") {
		t.Error(err)
	}
}
