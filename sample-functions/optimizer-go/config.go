// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// config is the document beside the executable: texts, currencies, what to show.
type config struct {
	DefaultLocale   string              `json:"default_locale"`
	Locales         map[string]locale   `json:"locales"`
	Currencies      map[string]currency `json:"currencies"`
	OtherCurrencies []string            `json:"other_currencies"`
	Flags           map[string]bool     `json:"flags"`
	Page            pageSettings        `json:"page"`
}

type locale struct {
	DecimalMark  string            `json:"decimal_mark"`
	GroupingMark string            `json:"grouping_mark"`
	SymbolFirst  bool              `json:"symbol_first"`
	Texts        map[string]string `json:"texts"`
}

type currency struct {
	Symbol   string  `json:"symbol"`
	Decimals int     `json:"decimals"`
	Rate     float64 `json:"rate"` // of one euro
}

type pageSettings struct {
	Shop        string `json:"shop"`
	Font        string `json:"font"`
	Accent      string `json:"accent"`
	WidthPixels int    `json:"width_pixels"`
	FewLeft     int    `json:"few_left"`
	Footer      string `json:"footer"`
}

func readConfig() (*config, error) {
	executable, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return readConfigFrom(filepath.Join(filepath.Dir(executable), "config.json"))
}

func readConfigFrom(path string) (*config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the config document has to stand beside the executable: %w", err)
	}
	var c config
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if _, ok := c.Locales[c.DefaultLocale]; !ok {
		return nil, fmt.Errorf("%s: default_locale %q is none of the locales", path, c.DefaultLocale)
	}
	return &c, nil
}

// localeFor takes the first language of Accept-Language that there is; browsers send the best first.
func (c *config) localeFor(acceptLanguage string) string {
	for wanted := range strings.SplitSeq(acceptLanguage, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(wanted), ";")
		language, _, _ := strings.Cut(tag, "-")
		if _, ok := c.Locales[strings.ToLower(language)]; ok {
			return strings.ToLower(language)
		}
	}
	return c.DefaultLocale
}

// convert reckons by the rates of the document; both currencies have to be in it.
func (c *config) convert(amount float64, from, to string) float64 {
	return amount / c.Currencies[from].Rate * c.Currencies[to].Rate
}

func (c *config) format(amount float64, code, localeName string) string {
	in, money := c.Locales[localeName], c.Currencies[code]
	scale := math.Pow10(money.Decimals)
	digits := strconv.FormatFloat(math.Round(amount*scale)/scale, 'f', money.Decimals, 64)
	whole, fraction, _ := strings.Cut(digits, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + in.GroupingMark + whole[at:]
	}
	if fraction != "" {
		whole += in.DecimalMark + fraction
	}
	if in.SymbolFirst {
		return money.Symbol + whole
	}
	return whole + " " + money.Symbol
}
