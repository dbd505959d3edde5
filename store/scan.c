// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "store/scan.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <string.h>

#include "store/connection.h"

/* A page has at least two cells: more levels than this have more pages than a file can. */
#define DEPTH_MAX 32
#define PAGE_MIN 512
#define PAGE_MAX 65536
#define VARINT_MAX 9

enum page_type {
	INDEX_INTERIOR = 2,
	TABLE_INTERIOR = 5,
	INDEX_LEAF = 10,
	TABLE_LEAF = 13,
};

/* A page on the way down. */
struct level {
	uint8_t *page;
	enum page_type type;
	uint32_t cells;
	uint32_t left; /* bytes of its cells that have not been seen */
	uint32_t step; /* what comes next: of a table a cell each, of an index a child and a cell */
};

struct scan {
	sqlite3_file *file;
	uint32_t page_size, usable;
	int64_t pages; /* of the file */
	int64_t seen;
	uint32_t row_max; /* bytes of a row that needs no other page */
	bool is_index;
	int columns, keys;
	bool began;
	int64_t rowid;
	int64_t key[COLUMN_MAX_COUNT];
	struct row_value values[COLUMN_MAX_COUNT];
	int depth; /* levels in use */
	struct level levels[DEPTH_MAX];
};

/* A row in its page. */
struct bytes {
	const uint8_t *at;
	const uint8_t *end;
};

static int damaged(char **why, const char *what)
{
	*why = g_strdup(what);
	return -EUCLEAN;
}

static uint32_t big16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t big32(const uint8_t *at)
{
	return big16(at) << 16 | big16(at + 2);
}

/* False: it goes on beyond the end. */
static bool take_varint(struct bytes *bytes, uint64_t *value)
{
	uint64_t sum = 0;

	for (int i = 0; i < VARINT_MAX && bytes->at < bytes->end; i++) {
		uint8_t byte = *bytes->at++;

		if (i == VARINT_MAX - 1) {
			*value = sum << 8 | byte;
			return true;
		}
		sum = sum << 7 | (byte & 0x7f);
		if (!(byte & 0x80)) {
			*value = sum;
			return true;
		}
	}
	return false;
}

static bool is_leaf(const struct level *level)
{
	return level->type == TABLE_LEAF || level->type == INDEX_LEAF;
}

static uint32_t header_size(const struct level *level)
{
	return is_leaf(level) ? 8 : 12;
}

static int read_page(struct scan *scan, struct level *level, uint32_t number, char **why)
{
	int rc;

	/* A tree that leads to itself ends here, for no page is needed twice. */
	if (number < 2 || number > scan->pages || scan->seen++ >= scan->pages)
		return damaged(why, "a page leads astray");
	if (!level->page)
		level->page = g_malloc(scan->page_size);
	rc = scan->file->pMethods->xRead(scan->file, level->page, (int)scan->page_size,
					 (sqlite3_int64)(number - 1) * scan->page_size);
	if (rc == SQLITE_OK)
		return 0;
	if (rc == SQLITE_IOERR_SHORT_READ)
		return damaged(why, "the file has become shorter");
	*why = g_strdup(sqlite3_errstr(rc));
	return -EIO;
}

/* What of the page belongs to cells; false: its free blocks are not in order. */
static bool find_left(const struct scan *scan, struct level *level)
{
	const uint8_t *page = level->page;
	uint32_t begin = big16(page + 5) ? big16(page + 5) : PAGE_MAX, end = begin, free = page[7];

	if (begin < header_size(level) + 2 * level->cells || begin > scan->usable)
		return false;
	for (uint32_t at = big16(page + 1); at; at = big16(page + at)) {
		if (at < end || at + 4 > scan->usable)
			return false;
		end = at + big16(page + at + 2);
		free += end - at;
		if (end < at + 4 || end > scan->usable)
			return false;
	}
	level->left = scan->usable - begin - free;
	return free <= scan->usable - begin;
}

/* A cell ends here. No two have a byte together when all of them make up what the page has. */
static void pass(struct level *level, const struct bytes *cell)
{
	level->left -= (uint32_t)MAX(cell->end - cell->at, 4);
}

static int push(struct scan *scan, uint32_t number, char **why)
{
	struct level *level;
	int err;

	if (scan->depth == DEPTH_MAX)
		return damaged(why, "a page leads astray");
	level = &scan->levels[scan->depth];
	err = read_page(scan, level, number, why);
	if (err)
		return err;
	level->type = level->page[0];
	level->cells = big16(level->page + 3);
	level->step = 0;
	if (level->type != (scan->is_index ? INDEX_LEAF : TABLE_LEAF) &&
	    level->type != (scan->is_index ? INDEX_INTERIOR : TABLE_INTERIOR))
		return damaged(why, "a page is not one of its pages");
	if (header_size(level) + 2 * level->cells > scan->usable)
		return damaged(why, "a page has more rows than room");
	if (!find_left(scan, level))
		return damaged(why, "a page's free blocks are out of order");
	scan->depth++;
	return 0;
}

static int cell_at(const struct scan *scan, const struct level *level, uint32_t cell,
		   struct bytes *bytes, char **why)
{
	uint32_t pointers = header_size(level);
	uint32_t at = big16(level->page + pointers + 2UL * cell);

	if (at < pointers + 2 * level->cells || at + 4 > scan->usable)
		return damaged(why, "a row is outside of its page");
	*bytes = (struct bytes){level->page + at, level->page + scan->usable};
	return 0;
}

/* Sizes of serial types 0 to 9; 10 and 11 are for nobody. */
static const uint8_t serial_sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};

static int64_t big_signed(const uint8_t *at, uint32_t size)
{
	uint64_t value = (uint64_t)(int64_t)(int8_t)at[0];

	for (uint32_t i = 1; i < size; i++)
		value = value << 8 | at[i];
	return (int64_t)value;
}

/* The numbers of a row; anything else is told as the text that it may be. */
static bool take_value(struct bytes *body, uint64_t serial, struct row_value *value)
{
	uint64_t size;

	if (serial == 10 || serial == 11)
		return false;
	size = serial < 10 ? serial_sizes[serial] : (serial - 12) / 2;
	if (size > (uint64_t)(body->end - body->at))
		return false;
	value->type = SQLITE_INTEGER;
	if (serial == 0) {
		value->type = SQLITE_NULL;
	} else if (serial == 7) {
		uint64_t bits = (uint64_t)big_signed(body->at, 8);

		value->type = SQLITE_FLOAT;
		memcpy(&value->real, &bits, sizeof(bits));
	} else if (serial == 8 || serial == 9) {
		value->integer = serial == 9;
	} else if (serial < 7) {
		value->integer = big_signed(body->at, (uint32_t)size);
	} else {
		value->type = SQLITE_BLOB;
	}
	body->at += size;
	return true;
}

static int take_record(struct scan *scan, struct bytes record, char **why)
{
	struct bytes header = record, body = record;
	uint64_t size;

	if (!take_varint(&header, &size) || size > (uint64_t)(record.end - record.at))
		return damaged(why, "the row is cut off");
	header.end = body.at = record.at + size;
	for (int i = 0; i < scan->columns; i++) {
		uint64_t serial;

		if (!take_varint(&header, &serial) || !take_value(&body, serial, &scan->values[i]))
			return damaged(why, "the row is cut off");
	}
	return header.at == header.end ? 0 : damaged(why, "the row has too many columns");
}

/* Whether the row comes after the one before it. */
static bool rises(struct scan *scan)
{
	int order = scan->began ? 0 : 1;

	for (int i = 0; i < scan->keys; i++) {
		int64_t own = scan->values[i].integer;

		if (scan->values[i].type != SQLITE_INTEGER)
			return false;
		if (!order)
			order = own > scan->key[i] ? 1 : own < scan->key[i] ? -1 : 0;
		scan->key[i] = own;
	}
	scan->began = true;
	return order > 0;
}

static int take_row(struct scan *scan, struct level *level, uint32_t cell, char **why)
{
	struct bytes bytes;
	const uint8_t *begin;
	uint64_t size, rowid = 0;
	int err = cell_at(scan, level, cell, &bytes, why);

	if (err)
		return err;
	begin = bytes.at;
	if (level->type == INDEX_INTERIOR)
		bytes.at += 4;
	if (!take_varint(&bytes, &size) || (!scan->is_index && !take_varint(&bytes, &rowid)) ||
	    size > scan->row_max || size > (uint64_t)(bytes.end - bytes.at))
		return damaged(why, "the row is longer than any row is");
	bytes.end = bytes.at + size;
	pass(level, &(struct bytes){begin, bytes.end});
	err = take_record(scan, bytes, why);
	if (err)
		return err;
	if (scan->is_index)
		return rises(scan) ? 0 : damaged(why, "it is out of order");
	if (scan->began && (int64_t)rowid <= scan->rowid)
		return damaged(why, "it is out of order");
	scan->began = true;
	scan->rowid = (int64_t)rowid;
	return 0;
}

static int go_down(struct scan *scan, struct level *level, uint32_t cell, char **why)
{
	struct bytes bytes;
	uint64_t key;
	int err;

	if (cell == level->cells)
		return push(scan, big32(level->page + 8), why);
	err = cell_at(scan, level, cell, &bytes, why);
	if (err)
		return err;
	if (!scan->is_index) { /* of an index, take_row passes it */
		struct bytes rest = {bytes.at + 4, bytes.end};

		if (!take_varint(&rest, &key))
			return damaged(why, "a row is outside of its page");
		pass(level, &(struct bytes){bytes.at, rest.at});
	}
	return push(scan, big32(bytes.at), why);
}

int scan__next(struct scan *scan, const struct row_value **values, char **why)
{
	*values = scan->values;
	while (scan->depth > 0) {
		struct level *level = &scan->levels[scan->depth - 1];
		uint32_t step = level->step++;
		int err;

		if (is_leaf(level) ? step == level->cells
				   : step > level->cells * (scan->is_index ? 2 : 1)) {
			if (level->left)
				return damaged(why, "a page lacks rows");
			scan->depth--;
			continue;
		}
		if (is_leaf(level)) {
			err = take_row(scan, level, step, why);
			return err ? err : 1;
		}
		/* Of an index: child, cell, child ... */
		if (scan->is_index && step % 2) {
			err = take_row(scan, level, step / 2, why);
			return err ? err : 1;
		}
		err = go_down(scan, level, scan->is_index ? step / 2 : step, why);
		if (err)
			return err;
	}
	return 0;
}

static int find_sizes(struct scan *scan, char **why)
{
	/* Offsets 16 and 20 of the file's header: the page size, 1 for 65536, and what a page
	 * keeps. */
	uint8_t header[24];
	int rc = scan->file->pMethods->xRead(scan->file, header, sizeof(header), 0);
	sqlite3_int64 bytes = 0;

	if (rc == SQLITE_OK)
		rc = scan->file->pMethods->xFileSize(scan->file, &bytes);
	if (rc != SQLITE_OK) {
		*why = g_strdup(sqlite3_errstr(rc));
		return -EIO;
	}
	scan->page_size = big16(header + 16);
	if (scan->page_size == 1)
		scan->page_size = PAGE_MAX;
	if (scan->page_size < PAGE_MIN || header[20] > scan->page_size - 480)
		return damaged(why, "its pages are of no size");
	scan->usable = scan->page_size - header[20];
	scan->pages = bytes / scan->page_size;
	scan->row_max = scan->is_index ? (scan->usable - 12) * 64 / 255 - 23 : scan->usable - 35;
	return 0;
}

int scan__open(struct scan **out, sqlite3 *db, const char *table, int columns, int keys, char **why)
{
	struct scan *scan = g_new0(struct scan, 1);
	char *sql = g_strdup_printf(
		"SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = '%s'", table);
	int64_t root = 0;
	int err = connection__integer(db, sql, &root, why);

	g_free(sql);
	*out = scan;
	scan->columns = columns;
	scan->keys = keys;
	scan->is_index = keys > 0;
	if (!err && sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &scan->file))
		err = damaged(why, "there is no file");
	if (!err)
		err = find_sizes(scan, why);
	if (!err)
		err = push(scan, (uint32_t)CLAMP(root, 0, UINT32_MAX), why);
	return err;
}

void scan__close(struct scan *scan)
{
	if (!scan)
		return;
	for (int i = 0; i < DEPTH_MAX; i++)
		g_free(scan->levels[i].page);
	g_free(scan);
}
