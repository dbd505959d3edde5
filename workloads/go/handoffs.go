// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime/trace"
)

const (
	// Of the trace's format, which is Go's own affair and stands in runtime/trace.go.
	traceHeader     = "go 1.19 trace\x00\x00\x00"
	traceGoSysBlock = 30
	traceString     = 37
	traceTypeMask   = 1<<6 - 1
	traceLongEvent  = 3
)

// handOffs counts how often a goroutine in a system call lost its P, so that another thread could run
// goroutines with it: Go's own trace tells (runtime/proc.go, retake and entersyscallblock_handoff).
type handOffs struct {
	count  int64
	writer *io.PipeWriter
	done   chan error
}

func countHandOffs() (*handOffs, error) {
	reader, writer := io.Pipe()
	h := &handOffs{writer: writer, done: make(chan error, 1)}
	go func() {
		err := h.read(bufio.NewReader(reader))
		// What is not understood is still taken, or the trace could not end.
		_, _ = io.Copy(io.Discard, reader)
		h.done <- err
	}()
	if err := trace.Start(writer); err != nil {
		writer.Close()
		return nil, err
	}
	return h, nil
}

// stop ends the trace; the count may be read then.
func (h *handOffs) stop() error {
	trace.Stop()
	h.writer.Close()
	if err := <-h.done; err != nil {
		return fmt.Errorf("the runtime's trace is not as expected: %w", err)
	}
	return nil
}

func (h *handOffs) read(in *bufio.Reader) error {
	header := make([]byte, len(traceHeader))
	if _, err := io.ReadFull(in, header); err != nil {
		return err
	}
	if string(header) != traceHeader {
		return fmt.Errorf("its version is %q", header)
	}
	for {
		kind, err := in.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = skipEvent(in, kind)
		}
		if err != nil {
			return err
		}
		if kind&traceTypeMask == traceGoSysBlock {
			h.count++
		}
	}
}

// skipEvent passes over an event's arguments: a few numbers, or as many bytes as the first one says.
func skipEvent(in *bufio.Reader, kind byte) error {
	numbers := int(kind>>6) + 1
	isString := kind&traceTypeMask == traceString
	if isString {
		numbers = 1
	}
	if isString || numbers <= traceLongEvent {
		for i := 0; i < numbers; i++ {
			if _, err := binary.ReadUvarint(in); err != nil {
				return err
			}
		}
		if !isString {
			return nil
		}
	}
	length, err := binary.ReadUvarint(in)
	if err != nil {
		return err
	}
	_, err = io.CopyN(io.Discard, in, int64(length))
	return err
}
