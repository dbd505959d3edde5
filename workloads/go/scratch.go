// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// A directory of one's own that goes with all files in it.
type scratch struct{ path string }

func newScratch(parent string) (*scratch, error) {
	if parent == "" {
		parent = os.Getenv("TMPDIR")
	}
	if parent == "" {
		parent = "/var/tmp" // because /tmp is so often in memory
	}
	path, err := os.MkdirTemp(parent, "wallflame-workload-go-")
	if err != nil {
		return nil, fmt.Errorf("cannot make a directory in '%s': %w", parent, err)
	}
	return &scratch{path}, nil
}

func (s *scratch) remove() {
	if err := os.RemoveAll(s.path); err != nil {
		fmt.Fprintf(os.Stderr, "wallflame-workload-go: cannot remove '%s': %v\n", s.path, err)
	}
}

func (s *scratch) name(index int64) string {
	return filepath.Join(s.path, strconv.FormatInt(index, 10))
}

// write makes file index, and has it written back: a dirty page cannot be evicted.
func (s *scratch) write(index, size int64) error {
	f, err := os.OpenFile(s.name(index), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	data := make([]byte, 65536)
	for left := size; left > 0; left -= int64(len(data)) {
		if left < int64(len(data)) {
			data = data[:left]
		}
		if _, err := f.Write(data); err != nil {
			return err
		}
	}
	return withDescriptor(f, writeBack)
}

// withDescriptor does not change the descriptor's mode, as File.Fd would.
func withDescriptor(f *os.File, do func(fd int) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := conn.Control(func(fd uintptr) { inner = do(int(fd)) }); err != nil {
		return err
	}
	return inner
}

const syncFileRangeAll = 1 | 2 | 4 // wait before, write, wait after: sync_file_range(2)

func writeBack(fd int) error {
	_, _, errno := syscall.Syscall6(syscall.SYS_SYNC_FILE_RANGE, uintptr(fd), 0, 0, syncFileRangeAll, 0, 0)
	if errno != 0 {
		return os.NewSyscallError("sync_file_range", errno)
	}
	return nil
}

// Advice of posix_fadvise(2).
const (
	adviceRandom   = 1
	adviceDontNeed = 4
)

func advise(fd int, advice uintptr) error {
	_, _, errno := syscall.Syscall6(syscall.SYS_FADVISE64, uintptr(fd), 0, 0, advice, 0, 0)
	if errno != 0 {
		return os.NewSyscallError("posix_fadvise", errno)
	}
	return nil
}

func evict(fd int) error { return advise(fd, adviceDontNeed) }
