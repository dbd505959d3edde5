// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"
)

func goBufioOptions(o *options) {
	o.goroutines, o.files, o.fileSize = 64, 1024, 8192
	o.integer(&o.goroutines, "goroutines", "how many goroutines (64)", 1, 10000)
	o.integer(&o.operations, "operations", "end after exactly so many, all goroutines together", 1,
		unlimited/2)
	o.integer(&o.files, "files", "how many files (1024)", 1, 1000000)
	o.integer(&o.fileSize, "file-size", "size of a file in bytes (8192)", 1, 1<<30)
	o.flag(&o.cold, "cold", "evict each file before it is read again")
	o.flag(&o.warm, "warm", "read files in the page cache (the default)")
	o.flag(&o.handOffs, "hand-offs", "count them with Go's own trace, which costs time")
}

// countingReader counts the calls that reach the file.
type countingReader struct {
	file *os.File
	w    *worker
}

func (c countingReader) Read(p []byte) (int, error) {
	n, err := c.file.Read(p)
	c.w.reads++
	c.w.bytes += int64(n)
	return n, err
}

// serveFile is one operation: what a service does to a small file.
func serveFile(w *worker, name string, cold bool) error {
	begin := time.Now()
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	opened := time.Now()
	if _, err := io.Copy(discard{}, bufio.NewReader(countingReader{f, w})); err != nil {
		return err
	}
	read := time.Now()
	w.count(read.Sub(begin))
	w.parts[partOpen] += opened.Sub(begin)
	w.parts[partRead] += read.Sub(opened)
	if cold {
		if err := withDescriptor(f, evict); err != nil {
			return err
		}
	}
	closing := time.Now()
	err = f.Close()
	w.parts[partClose] += time.Since(closing)
	return err
}

// discard has no ReadFrom, unlike io.Discard: the reader's own buffer is to be used.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func makeFiles(ctx context.Context, s *scratch, o *options) error {
	for i := int64(0); i < o.files; i++ {
		if ctx.Err() != nil {
			return errors.New("told to stop before the files were made")
		}
		if err := s.write(i, o.fileSize); err != nil {
			return fmt.Errorf("cannot make a file: %w", err)
		}
	}
	return nil
}

// prepareFiles puts them where the first operation expects them: in the page cache or out of it.
func prepareFiles(s *scratch, o *options) error {
	for i := int64(0); i < o.files; i++ {
		f, err := os.Open(s.name(i))
		if err != nil {
			return err
		}
		if o.cold {
			err = withDescriptor(f, evict)
		} else {
			_, err = io.Copy(discard{}, f)
		}
		f.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func goBufioRun(ctx context.Context, o *options, r *report) error {
	s, err := newScratch(o.dir)
	if err != nil {
		return err
	}
	defer s.remove()
	if err := makeFiles(ctx, s, o); err != nil {
		return err
	}
	if err := prepareFiles(s, o); err != nil {
		return err
	}
	m, err := startMeasuring(o)
	if err != nil {
		return err
	}
	timed, stop := context.WithTimeout(ctx, o.duration)
	defer stop()
	team, err := runTeam(timed, o.goroutines, o.operations, func(ctx context.Context, w *worker) error {
		return serveFiles(ctx, w, s, o)
	})
	if stopErr := m.stop(); err == nil {
		err = stopErr
	}
	if err != nil {
		return err
	}
	goBufioReport(r, o, team, m)
	return nil
}

// What is looked at beside the work.
type measuring struct {
	begin, end books
	threads    *tasks
	handOffs   *handOffs // nil: nobody asks
}

func startMeasuring(o *options) (*measuring, error) {
	m := &measuring{}
	var err error
	if o.handOffs {
		if m.handOffs, err = countHandOffs(); err != nil {
			return nil, err
		}
	}
	if m.threads, err = watchTasks(); err != nil {
		return nil, err
	}
	m.begin, err = readBooks()
	return m, err
}

func (m *measuring) stop() error {
	var err error
	if m.end, err = readBooks(); err != nil {
		return err
	}
	if err := m.threads.stop(); err != nil {
		return err
	}
	if m.handOffs != nil {
		return m.handOffs.stop()
	}
	return nil
}

// serveFiles reads the files that are this worker's alone, so that nobody else warms them.
func serveFiles(ctx context.Context, w *worker, s *scratch, o *options) error {
	index := w.index
	for w.more(ctx) {
		if err := serveFile(w, s.name(index), o.cold); err != nil {
			return err
		}
		if index += o.goroutines; index >= o.files {
			index = w.index
		}
	}
	return nil
}

func goBufioReport(r *report, o *options, team []*worker, m *measuring) {
	all := sum(team)
	r.add("goroutines", o.goroutines)
	r.add("gomaxprocs", runtime.GOMAXPROCS(0))
	r.add("cold", o.cold)
	r.add("seconds", m.end.at.Sub(m.begin.at).Seconds())
	r.add("operations", all.operations)
	r.add("operation_ns", int64(all.spent))
	r.add("open_ns", int64(all.parts[partOpen]))
	r.add("read_ns", int64(all.parts[partRead]))
	r.add("close_ns", int64(all.parts[partClose]))
	r.add("files", o.files)
	r.add("reads", all.reads)
	r.add("bytes", all.bytes)
	r.addSince(&m.begin, &m.end)
	r.addTasks(m.threads)
	if m.handOffs != nil {
		r.add("hand_offs", m.handOffs.count)
	}
	r.addLatency(&all.latency)
	r.add("per_goroutine", perGoroutine("go-bufio", team))
}
