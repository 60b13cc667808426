// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"
	"sync"
)

//go:embed page.html.tmpl
var pageTemplate string

func compilePage() (*template.Template, error) {
	return template.New("page").Option("missingkey=error").Parse(pageTemplate)
}

type pageContent struct {
	ID          string
	Locale      string
	Text        map[string]string
	Flags       map[string]bool
	Settings    pageSettings
	Product     *product
	Categories  []category
	Price       string
	OtherPrices []string
}

func contentFor(id string, p *product, c *config, all *catalogue, acceptLanguage string) pageContent {
	name := c.localeFor(acceptLanguage)
	content := pageContent{
		ID: id, Locale: name, Text: c.Locales[name].Texts, Flags: c.Flags, Settings: c.Page,
		Product: p, Categories: all.of(p.Tags), Price: c.format(p.Price, p.Currency, name),
	}
	for _, code := range c.OtherCurrencies {
		if code != p.Currency {
			content.OtherPrices = append(content.OtherPrices, c.format(c.convert(p.Price, p.Currency, code), code, name))
		}
	}
	slices.Sort(content.OtherPrices)
	return content
}

// renderer gives each page a buffer: a new one, or one of a pool.
type renderer struct {
	pool *sync.Pool
}

func newRenderer(pooled bool) renderer {
	if !pooled {
		return renderer{}
	}
	return renderer{&sync.Pool{New: func() any { return new(bytes.Buffer) }}}
}

func (r renderer) render(page *template.Template, content pageContent) (string, error) {
	buffer := new(bytes.Buffer)
	if r.pool != nil {
		buffer = r.pool.Get().(*bytes.Buffer)
		buffer.Reset()
		defer r.pool.Put(buffer)
	}
	err := page.Execute(buffer, content)
	return buffer.String(), err
}
