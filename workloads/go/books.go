// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// The kernel's books of this process.
type books struct {
	at                     time.Time
	run                    time.Duration // on a CPU, all threads
	voluntary, involuntary int64         // switches
	reads, readBytes       int64         // read calls, and bytes that came from the device
}

func procNumber(file, key string) (int64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for _, line := range bytes.Split(text, []byte{'\n'}) {
		if rest := bytes.TrimPrefix(line, []byte(key+":")); len(rest) < len(line) {
			return strconv.ParseInt(string(bytes.TrimSpace(rest)), 10, 64)
		}
	}
	return 0, fmt.Errorf("there is no %s in %s", key, file)
}

func readBooks() (books, error) {
	var usage syscall.Rusage
	var b books
	var err error
	if b.reads, err = procNumber("/proc/self/io", "syscr"); err != nil {
		return b, err
	}
	if b.readBytes, err = procNumber("/proc/self/io", "read_bytes"); err != nil {
		return b, err
	}
	if err = syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return b, os.NewSyscallError("getrusage", err)
	}
	b.run = time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	b.voluntary, b.involuntary = usage.Nvcsw, usage.Nivcsw
	b.at = time.Now()
	return b, nil
}

// addSince says what came to the books since begin.
func (f *figures) addSince(begin, end *books) {
	elapsed := end.at.Sub(begin.at)
	f.add("life_ns", int64(elapsed))
	f.add("run_ns", int64(end.run-begin.run))
	f.add("cpu_share", float64(end.run-begin.run)/float64(elapsed))
	f.add("voluntary_switches", end.voluntary-begin.voluntary)
	f.add("involuntary_switches", end.involuntary-begin.involuntary)
	f.add("syscr", end.reads-begin.reads)
	f.add("device_bytes", end.readBytes-begin.readBytes)
}
