// SPDX-License-Identifier: GPL-2.0-only OR MIT

// Goroutines that spend their time, on and off the CPU, at the end of call chains that a test knows.
// The outermost function of work X is XOuter.
package main

import (
	"os"
	"syscall"
	"time"
)

var sink uint64

//go:noinline
func burn() {
	for i := 0; i < 1000000; i++ {
		sink = sink*2862933555777941757 + 3037000493
	}
}

//go:noinline
func burnMiddle() {
	burn()
	time.Sleep(3 * time.Millisecond)
	sink++
}

//go:noinline
func burnOuter() {
	burnMiddle()
	sink++
}

//go:noinline
func filesMiddle(path string) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	sink += uint64(len(bytes))
}

//go:noinline
func filesOuter(path string) {
	filesMiddle(path)
	time.Sleep(time.Millisecond)
}

// A bare descriptor is none of the runtime's poller: its thread waits.
//
//go:noinline
func pipeMiddle(fd int) {
	var bytes [1]byte

	if _, err := syscall.Read(fd, bytes[:]); err == nil {
		sink++
	}
}

//go:noinline
func pipeOuter(fd int) {
	pipeMiddle(fd)
	sink++
}

//go:noinline
func napMiddle() {
	nap := syscall.Timespec{Nsec: 5000000}

	syscall.Nanosleep(&nap, nil)
	sink++
}

//go:noinline
func napOuter() {
	napMiddle()
	sink++
}

//go:noinline
func channelMiddle(ticks chan int) {
	sink += uint64(<-ticks)
}

//go:noinline
func channelOuter(ticks chan int) {
	channelMiddle(ticks)
	sink++
}

func forever(work func()) {
	for {
		work()
	}
}

func main() {
	var ends [2]int

	if err := syscall.Pipe(ends[:]); err != nil {
		panic(err)
	}
	ticks := make(chan int)
	go forever(burnOuter)
	go forever(func() { filesOuter(os.Args[1]) })
	go forever(func() { pipeOuter(ends[0]) })
	go forever(napOuter)
	go forever(func() { channelOuter(ticks) })
	for {
		time.Sleep(5 * time.Millisecond)
		syscall.Write(ends[1], []byte{0})
		ticks <- 1
	}
}
