// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"time"
)

const (
	pieceSize = 4096
	pieces    = 256
	pipePause = time.Millisecond
	// How long "quiet" is where the other phases end with their operations.
	quietLength = time.Second
)

// A phase reads from files of one kind. In "quiet" they are only held open: a runtime that polled
// them would not let the process sleep.
type phase struct {
	name string
	open func(*scratch, int64) (read, write *os.File, err error)
	read func(context.Context, *worker, *os.File) error // nil: none
}

var phases = []phase{
	{"quiet", openRegular, nil},
	{"open", openRegular, readCold},
	{"nonblock", openNonblocking, readCold},
	{"pipe", openPipe, readPipe},
}

func epollFileOptions(o *options) {
	o.goroutines = 8
	o.integer(&o.goroutines, "goroutines", "how many goroutines, each with a file (8)", 1, 1000)
	o.integer(&o.operations, "operations", "reads of each phase; then it ends", 1, unlimited/2)
	o.choice(&o.only, "only", "one phase: quiet, open, nonblock or pipe", "quiet", "open", "nonblock",
		"pipe")
}

func openRegular(s *scratch, index int64) (*os.File, *os.File, error) {
	f, err := os.Open(s.name(index))
	return f, nil, err
}

// openNonblocking makes os.NewFile believe that its caller wants it in the poller (os/file_unix.go,
// kindNonBlock).
func openNonblocking(s *scratch, index int64) (*os.File, *os.File, error) {
	name := s.name(index)
	fd, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	return os.NewFile(uintptr(fd), name), nil, nil
}

func openPipe(*scratch, int64) (*os.File, *os.File, error) { return os.Pipe() }

// readCold reads a piece at a time that is in no page cache: nothing is read ahead, and all is evicted
// before the file is begun again.
func readCold(ctx context.Context, w *worker, f *os.File) error {
	buffer := make([]byte, pieceSize)
	if err := withDescriptor(f, func(fd int) error { return advise(fd, adviceRandom) }); err != nil {
		return err
	}
	for w.more(ctx) {
		if w.operations%pieces == 0 {
			if err := withDescriptor(f, evict); err != nil {
				return err
			}
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				return err
			}
		}
		if err := readOnce(w, f, buffer); err != nil {
			return err
		}
	}
	return nil
}

func readOnce(w *worker, f *os.File, buffer []byte) error {
	begin := time.Now()
	n, err := f.Read(buffer)
	w.count(time.Since(begin))
	w.reads++
	w.bytes += int64(n)
	return err
}

func readPipe(ctx context.Context, w *worker, f *os.File) error {
	var byteRead [1]byte
	for w.more(ctx) {
		err := readOnce(w, f, byteRead[:])
		if errors.Is(err, io.EOF) { // the writer was told to stop
			w.operations--
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// feed writes a byte now and then until told to stop; then its readers find the end.
func feed(ctx context.Context, pipes []*os.File, done chan<- struct{}) {
	defer close(done)
	ticker := time.NewTicker(pipePause)
	defer ticker.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
		for _, p := range pipes {
			// A reader that has done its part may be gone: what it does not read, it need not.
			_, _ = p.Write([]byte{0})
		}
	}
	for _, p := range pipes {
		p.Close()
	}
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

func epollFileRun(ctx context.Context, o *options, r *report) error {
	s, err := newScratch(o.dir)
	if err != nil {
		return err
	}
	defer s.remove()
	for i := int64(0); i < o.goroutines; i++ {
		if ctx.Err() != nil {
			return errors.New("told to stop before the files were made")
		}
		if err := s.write(i, pieceSize*pieces); err != nil {
			return fmt.Errorf("cannot make a file: %w", err)
		}
	}
	begin := time.Now()
	rows, all, err := runPhases(ctx, s, o)
	if err != nil {
		return err
	}
	r.add("goroutines", o.goroutines)
	r.add("gomaxprocs", runtime.GOMAXPROCS(0))
	r.add("seconds", time.Since(begin).Seconds())
	r.add("operations", all.operations)
	r.add("operation_ns", int64(all.spent))
	r.addLatency(&all.latency)
	r.add("phases", rows)
	return nil
}

// runPhases runs those that are wanted, one after the other, each for its part of the time.
func runPhases(ctx context.Context, s *scratch, o *options) ([]figures, *worker, error) {
	chosen := []phase{}
	for _, p := range phases {
		if o.only == "" || o.only == p.name {
			chosen = append(chosen, p)
		}
	}
	all := &worker{}
	rows := []figures{}
	for _, p := range chosen {
		row, done, err := p.run(ctx, s, o, o.duration/time.Duration(len(chosen)))
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", p.name, err)
		}
		rows = append(rows, row)
		all = sum([]*worker{all, done})
	}
	return rows, all, nil
}
