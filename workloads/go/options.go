// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	unlimited      = int64(math.MaxInt64)
	defaultSeconds = 10 * time.Second
	day            = 24 * time.Hour
)

// What a workload was told; only what it declared can be given.
type options struct {
	flags      *flag.FlagSet
	goroutines int64
	operations int64
	duration   time.Duration
	files      int64
	fileSize   int64
	dir        string
	only       string
	cold       bool
	warm       bool
	handOffs   bool
	json       bool
	declared   []flagLine
}

type flagLine struct{ name, value, meaning string }

func newOptions(w *workload) *options {
	o := &options{flags: flag.NewFlagSet(w.name, flag.ContinueOnError), operations: unlimited}
	o.flags.SetOutput(io.Discard)
	o.flags.Usage = func() {}
	o.seconds()
	o.text(&o.dir, "dir", "DIR", "where the files are made ($TMPDIR or /var/tmp)")
	o.flag(&o.json, "json", "print one line of JSON, with a histogram")
	w.options(o)
	return o
}

func (o *options) declare(name, value, meaning string) {
	o.declared = append(o.declared, flagLine{name, value, meaning})
}

// integer declares an option with a whole number from least to most.
func (o *options) integer(into *int64, name, meaning string, least, most int64) {
	o.declare(name, "N", meaning)
	o.flags.Func(name, meaning, func(text string) error {
		value, err := strconv.ParseInt(text, 10, 64)
		if err != nil || value < least || value > most {
			return fmt.Errorf("give a whole number, %d to %d", least, most)
		}
		*into = value
		return nil
	})
}

func (o *options) seconds() {
	o.declare("seconds", "S", "how long (10, or until --operations are done)")
	o.flags.Func("seconds", "", func(text string) error {
		value, err := strconv.ParseFloat(text, 64)
		// Written so that what is not a number is refused too.
		if err != nil || !(value >= 0.001 && value <= day.Seconds()) {
			return errors.New("give a number, 0.001 to 86400")
		}
		o.duration = time.Duration(value * float64(time.Second))
		return nil
	})
}

func (o *options) text(into *string, name, value, meaning string) {
	o.declare(name, value, meaning)
	o.flags.Func(name, meaning, func(text string) error {
		if text == "" {
			return errors.New("it is empty")
		}
		*into = text
		return nil
	})
}

func (o *options) choice(into *string, name, meaning string, allowed ...string) {
	o.declare(name, "NAME", meaning)
	o.flags.Func(name, meaning, func(text string) error {
		for _, a := range allowed {
			if text == a {
				*into = text
				return nil
			}
		}
		return fmt.Errorf("give one of %s", strings.Join(allowed, ", "))
	})
}

func (o *options) flag(into *bool, name, meaning string) {
	o.declare(name, "", meaning)
	o.flags.BoolVar(into, name, false, meaning)
}

func (o *options) parse(args []string) error {
	if err := o.flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			help()
			os.Exit(0)
		}
		return usageError{err}
	}
	if o.flags.NArg() > 0 {
		return usageError{fmt.Errorf("'%s': only one workload can run at a time", o.flags.Arg(0))}
	}
	if o.cold && o.warm {
		return usageError{errors.New("--cold and --warm: give one of them")}
	}
	if o.files != 0 && o.files < o.goroutines {
		return usageError{fmt.Errorf("--files: '%d' is not allowed: give at least one for each of "+
			"%d goroutines", o.files, o.goroutines)}
	}
	if o.duration == 0 {
		o.duration = defaultSeconds
		if o.operations != unlimited {
			o.duration = day
		}
	}
	return nil
}

func help() {
	fmt.Print("usage: wallflame-workload-go NAME [OPTION...]\n" +
		"       wallflame-workload-go --list\n\n" +
		"Shows what Go's runtime does with file I/O, then prints what it did by its own count and " +
		"clock.\n")
	for i := range workloads {
		fmt.Printf("\n%s: %s\n", workloads[i].name, workloads[i].meaning)
		for _, line := range newOptions(&workloads[i]).declared {
			fmt.Printf("  --%-18s %s\n", strings.TrimSpace(line.name+" "+line.value), line.meaning)
		}
	}
}
