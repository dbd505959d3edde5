// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// A figure keeps its place: a report is read by people, too.
type figure struct {
	key   string
	value any
}

type figures []figure

type report struct{ figures }

func newReport(name string) *report {
	r := &report{}
	r.add("workload", name)
	return r
}

func (f *figures) add(key string, value any) { *f = append(*f, figure{key, value}) }

func (f *figures) addRanks(l *latency) {
	f.add("p50_ns", l.at(0.50))
	f.add("p99_ns", l.at(0.99))
	f.add("max_ns", l.max)
}

// addLatency has the shape of the C workloads' reports.
func (f *figures) addLatency(l *latency) {
	if l.count == 0 {
		return
	}
	inner := figures{}
	inner.add("count", l.count)
	inner.addRanks(l)
	inner.add("below_ns", l.histogram())
	f.add("latency", inner)
}

func (f figures) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, one := range f {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "%q:", one.key)
		value, err := json.Marshal(one.value)
		if err != nil {
			return nil, err
		}
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// print writes one line of JSON, or a line a figure without the lists that are for programs.
func (r *report) print(asJSON bool) error {
	if asJSON {
		line, err := json.Marshal(r.figures)
		if err == nil {
			_, err = os.Stdout.Write(append(line, '\n'))
		}
		return err
	}
	return printFigures(r.figures, "")
}

func printFigures(all figures, indent string) error {
	for _, one := range all {
		var err error
		switch value := one.value.(type) {
		case [][2]int64:
		case figures:
			if _, err = fmt.Printf("\n%s%s\n", indent, one.key); err == nil {
				err = printFigures(value, indent+"  ")
			}
		case []figures:
			for i := 0; i < len(value) && err == nil; i++ {
				err = printFigures(value[i].named(one.key), indent)
			}
		default:
			_, err = fmt.Printf("%s%-*s%v\n", indent, 28-len(indent), one.key, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// named makes a row of a table a figure of its own.
func (f figures) named(table string) figures {
	name := strings.TrimSpace(fmt.Sprintf("%s %v", table, f[0].value))
	return figures{{name, f[1:]}}
}
