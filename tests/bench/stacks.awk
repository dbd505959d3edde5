# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Folded stacks of 30 functions, `count` of them, all different: each has some of its callers from the
# one before. The same ones each time.
BEGIN {
	srand(1)
	for (i = 1; i <= 30; i++)
		frame[i] = "function_" int(2000 * rand()) "_of_a_library"
	for (stack = 0; stack < count; stack++) {
		for (i = 4 + int(26 * rand()); i <= 30; i++)
			frame[i] = "function_" int(2000 * rand()) "_of_a_library"
		line = frame[1]
		for (i = 2; i <= 30; i++)
			line = line ";" frame[i]
		print line, 1 + int(1000 * rand())
	}
}
