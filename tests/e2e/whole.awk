# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Reads folded stacks, for whole.sh. Variables:
#   comms   names of threads, apart by ","; a stack begins with its process, then its thread where
#           that has another name
#   names   a file "module, offset in the file, size, name", apart by tabs: what the offsets of files
#           without symbols stand for
#   mode    roots: weights by how the user's half begins; "bad" lines: those that are not whole
#           chain: weights of `thread`'s stacks ("": of all) with a user's half, of those with
#           `frame` among them, and of those of these that have `chain`. Both are extended regular
#           expressions, of one frame and of frames with ";" between. Frames are plain, see there;
#           inlined ones and marks are left out.
#   roots   what the outermost frame of a whole stack is, an extended regular expression

function number(hex,    value, i)
{
	value = 0
	for (i = 1; i <= length(hex); i++)
		value = value * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return value
}

function load_names(    line, cell)
{
	while (names != "" && (getline line < names) > 0) {
		split(line, cell, "\t")
		named++
		name_module[named] = cell[1]
		name_first[named] = cell[2]
		name_after[named] = cell[2] + cell[3]
		name_text[named] = cell[4]
	}
}

# Of a frame "module+0xOFFSET" the name in `names`, of any other itself.
function name_of(text,    at, module, offset, i)
{
	if (text in known)
		return known[text]
	known[text] = text
	at = match(text, /\+0x[0-9a-f]+$/)
	if (!at)
		return text
	module = substr(text, 1, at - 1)
	offset = number(substr(text, at + 3))
	for (i = 1; i <= named; i++)
		if (name_module[i] == module && name_first[i] <= offset && offset < name_after[i])
			known[text] = name_text[i]
	return known[text]
}

# A function goes by several names, which one address has in one symbol table: glibc's aliases,
# versions, and the parts that compilers make of functions.
function plain(name)
{
	if (name ~ /_\[k\]$/)
		return name
	sub(/_\[j\]$/, "", name)
	sub(/@.*/, "", name)
	sub(/ \[clone [^]]*\]/, "", name)
	while (sub(/\.(abi0|cold|lto_priv\.[0-9]+|(part|isra|constprop)\.[0-9]+)$/, "", name))
		;
	sub(/^_+(GI_+)?(libc_)?/, "", name)
	sub(/^start_main_impl$/, "start_main", name)
	return name
}

# weight, thread, and frame[1] .. frame[frames] with the outermost first.
function read_line(    part, count, first, i)
{
	weight = $NF
	sub(/ [0-9]+$/, "")
	count = split($0, part, ";")
	thread_name = part[1]
	first = 2
	if (count > 2 && index("," comms ",", "," part[2] ",")) {
		thread_name = part[2]
		first = 3
	}
	frames = 0
	for (i = first; i <= count; i++)
		frame_name[++frames] = name_of(part[i])
}

# A line to look at, without its process, and with the names that were found for offsets.
function show(    i)
{
	printf "bad %.0f %s", weight, thread_name
	for (i = 1; i <= frames; i++)
		printf ";%s", frame_name[i]
	print ""
}

function kind_of_root(    root)
{
	root = frame_name[1]
	if (root ~ /^\[no stack/)
		return "none"
	if (root ~ /_\[k\]$/ || root == "[user stack not walked]")
		return "half"
	if (root == "[broken stack]")
		return "broken"
	if (root == "[truncated]")
		return "truncated"
	return root ~ roots ? "whole" : "other"
}

function has_frame(    i)
{
	for (i = 1; i <= frames; i++)
		if (plain(frame_name[i]) ~ "^(" frame ")$")
			return 1
	return 0
}

# A recalled user half has its mark between the halves, which is no frame of either.
function path(    text, i)
{
	text = ";"
	for (i = 1; i <= frames; i++)
		if (frame_name[i] !~ /_\[i\]$/ && frame_name[i] != "[user stack as last walked]")
			text = text plain(frame_name[i]) ";"
	return text
}

BEGIN { load_names() }

{ read_line() }

mode == "roots" {
	kind = kind_of_root()
	sum[kind] += weight
	if (kind != "whole" && kind != "none" && kind != "half")
		show()
}

# Without a user's half there is nothing to find a chain in.
mode == "chain" && (thread == "" || thread == thread_name) && kind_of_root() !~ /^(half|none)$/ {
	of_thread += weight
	if (has_frame()) {
		of_frame += weight
		if (path() ~ ";" chain ";")
			of_chain += weight
		else
			show()
	}
}

END {
	if (mode == "roots")
		printf "sums %.0f %.0f %.0f %.0f %.0f %.0f\n", sum["whole"], sum["broken"],
			sum["truncated"], sum["other"], sum["half"], sum["none"]
	else
		printf "sums %.0f %.0f %.0f\n", of_thread, of_frame, of_chain
}
