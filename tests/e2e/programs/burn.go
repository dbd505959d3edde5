// SPDX-License-Identifier: GPL-2.0-only OR MIT

package main

var sink uint64

//go:noinline
func burn(rounds int) {
	for i := 0; i < rounds; i++ {
		sink = sink*2862933555777941757 + 3037000493
	}
}

func main() {
	for {
		burn(1000000)
	}
}
