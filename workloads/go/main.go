// SPDX-License-Identifier: GPL-2.0-only OR MIT

// wallflame-workload-go is the Go twin of wallflame-workload: services whose runtime is the point. Each
// subcommand does one thing to Go's scheduler and poller, and says by its own count and clock, and by
// the kernel's books, what happened.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

type workload struct {
	name    string
	meaning string
	options func(*options) // declares the options it takes
	run     func(context.Context, *options, *report) error
}

var workloads = []workload{
	{"epoll-file", "what the runtime's poller makes of regular files and of pipes", epollFileOptions,
		epollFileRun},
	{"go-bufio", "many goroutines in os.Open and bufio.NewReader on small files", goBufioOptions,
		goBufioRun},
}

// A usageError is told with exit status 2.
type usageError struct{ error }

func find(name string) (*workload, error) {
	for i := range workloads {
		if workloads[i].name == name {
			return &workloads[i], nil
		}
	}
	return nil, usageError{fmt.Errorf("'%s' is no workload; --list names them", name)}
}

func run(args []string) error {
	if len(args) == 0 {
		return usageError{errors.New("which workload? --list names them")}
	}
	switch args[0] {
	case "-h", "--help", "help":
		help()
		return nil
	case "--list":
		list()
		return nil
	}
	w, err := find(args[0])
	if err != nil {
		return err
	}
	o := newOptions(w)
	if err := o.parse(args[1:]); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM,
		syscall.SIGHUP)
	defer stop()
	r := newReport(w.name)
	if err := w.run(ctx, o, r); err != nil {
		return err
	}
	r.add("interrupted", ctx.Err() != nil)
	return r.print(o.json)
}

func list() {
	for _, w := range workloads {
		fmt.Printf("%-12s  %s\n", w.name, w.meaning)
	}
}

func main() {
	err := run(os.Args[1:])
	if err == nil {
		return
	}
	fmt.Fprintf(os.Stderr, "wallflame-workload-go: %v\n", err)
	if errors.As(err, new(usageError)) {
		os.Exit(2)
	}
	os.Exit(1)
}
