// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* An address space through time, against a model that keeps every byte of every moment. */
#include "desk.h"

#include "collector/space.h"

#include <sqlite3.h>
#include <string.h>

#define PLACES 24 /* addresses of the model */
#define MOMENTS 40

/* Only their addresses count here. */
static struct module *modules;

static void map_at(struct space *space, uint64_t start, uint64_t end, uint64_t offset, int module,
		   int64_t at_ns)
{
	struct mapping mapping = {
		.start = start,
		.end = end,
		.offset = offset,
		.module = &modules[module],
		.from_ns = at_ns,
		.to_ns = INT64_MAX,
	};

	space__map(space, &mapping);
}

/* The file offset of an address, or -1 where nothing of that module is mapped. */
static int64_t offset_at(struct space *space, uint64_t address, int64_t at_ns, int module)
{
	const struct mapping *mapping = space__find(space, address, at_ns);

	if (!mapping || mapping->module != &modules[module])
		return -1;
	assert_in_range(address, mapping->start, mapping->end - 1);
	return (int64_t)(address - mapping->start + mapping->offset);
}

static void a_mapping_covers_its_range(void **state)
{
	struct space *space = space__new();

	(void)state;
	assert_null(space__find(space, 0, 0));
	map_at(space, 0x1000, 0x2000, 0x500, 1, 10);
	assert_null(space__find(space, 0xfff, 20));
	assert_int_equal(offset_at(space, 0x1000, 20, 1), 0x500);
	assert_int_equal(offset_at(space, 0x1fff, 20, 1), 0x14ff);
	assert_null(space__find(space, 0x2000, 20));
	assert_null(space__find(space, UINT64_MAX, 20));
	assert_null(space__find(space, 0x1000, 9)); /* not yet */
	assert_int_equal(offset_at(space, 0x1000, 10, 1), 0x500);
	space__free(space);
	space__free(NULL);
}

static void a_hole_splits(void **state)
{
	struct space *space = space__new();

	(void)state;
	map_at(space, 0x1000, 0x4000, 0, 1, 10);
	map_at(space, 0x2000, 0x3000, 0x700, 2, 20);
	assert_int_equal(offset_at(space, 0x1fff, 25, 1), 0xfff);
	assert_int_equal(offset_at(space, 0x2000, 25, 2), 0x700);
	assert_int_equal(offset_at(space, 0x3000, 25, 1), 0x2000);
	/* And before the hole was made. */
	assert_int_equal(offset_at(space, 0x2000, 15, 1), 0x1000);
	assert_int_equal(offset_at(space, 0x3000, 15, 1), 0x2000);
	space__free(space);
}

static void one_covers_many(void **state)
{
	struct space *space = space__new();

	(void)state;
	for (int i = 0; i < 5; i++)
		map_at(space, 0x1000 * (uint64_t)(i + 1), 0x1000 * (uint64_t)(i + 1) + 0x800, 0, i,
		       10);
	map_at(space, 0x1400, 0x5400, 0, 7, 20);
	assert_int_equal(offset_at(space, 0x13ff, 20, 0), 0x3ff);
	assert_int_equal(offset_at(space, 0x3000, 20, 7), 0x1c00);
	assert_int_equal(offset_at(space, 0x5400, 20, 4), 0x400);
	assert_int_equal(offset_at(space, 0x3000, 19, 2), 0);
	assert_null(space__find(space, 0x3900, 19));
	space__free(space);
}

static void exec_ends_all(void **state)
{
	struct space *space = space__new();

	(void)state;
	map_at(space, 0x1000, 0x2000, 0, 1, 10);
	space__leave(space);
	assert_int_equal(offset_at(space, 0x1000, 19, 1), 0);
	/* Until the new program is there, the thread's registers are the old one's. */
	assert_int_equal(offset_at(space, 0x1000, 20, 1), 0);
	map_at(space, 0x3000, 0x4000, 0x30, 2, 30);
	assert_int_equal(offset_at(space, 0x1000, 29, 1), 0);
	assert_null(space__find(space, 0x1000, 30));
	assert_int_equal(offset_at(space, 0x3000, 30, 2), 0x30);
	assert_null(space__find(space, 0x3000, 25));
	map_at(space, 0x5000, 0x6000, 0x30, 2, 40);
	assert_null(space__find(space, 0x1000, 35));
	space__free(space);
}

static void a_child_goes_its_own_way(void **state)
{
	struct space *parent = space__new();
	struct space *child;

	(void)state;
	map_at(parent, 0x1000, 0x2000, 0, 1, 10);
	space__find(parent, 0x1000, 10)->used = true;
	child = space__fork(parent, 20);
	assert_false(space__find(child, 0x1000, 20)->used);
	assert_null(space__find(child, 0x1000, 19)); /* it was not there */
	map_at(child, 0x1000, 0x2000, 0, 2, 30);
	map_at(parent, 0x5000, 0x6000, 0, 3, 30);
	assert_int_equal(offset_at(parent, 0x1000, 30, 1), 0);
	assert_int_equal(offset_at(child, 0x1000, 30, 2), 0);
	assert_null(space__find(child, 0x5000, 30));
	space__free(parent);
	assert_int_equal(offset_at(child, 0x1000, 25, 1), 0);
	space__free(child);
}

/* What is at each address at each moment: module and offset. */
struct model {
	struct {
		int module; /* -1: nothing */
		uint64_t offset;
	} at[MOMENTS][PLACES];
};

static void model__map(struct model *model, int moment, uint64_t start, uint64_t end,
		       uint64_t offset)
{
	for (uint64_t place = start; place < end; place++) {
		model->at[moment][place].module = moment;
		model->at[moment][place].offset = offset + place - start;
	}
}

static void compare(struct space *space, const struct model *model, int moments)
{
	for (int moment = 0; moment < moments; moment++)
		for (uint64_t place = 0; place < PLACES; place++) {
			int module = model->at[moment][place].module;
			const struct mapping *found = space__find(space, place, moment + 1);

			if (module < 0) {
				assert_null(found);
				continue;
			}
			assert_non_null(found);
			assert_ptr_equal(found->module, &modules[module]);
			assert_int_equal(place - found->start + found->offset,
					 model->at[moment][place].offset);
		}
}

static void as_the_model_has_it(void **state)
{
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct space *space = space__new();
		struct model model;
		bool left = false;

		memset(&model, 0xff, sizeof(model));
		for (int moment = 0; moment < MOMENTS; moment++) {
			uint64_t start = (uint64_t)desk__random_below(&seed, PLACES);
			uint64_t end =
				start + 1 +
				(uint64_t)desk__random_below(&seed, (int64_t)(PLACES - start));
			uint64_t offset = (uint64_t)desk__random_below(&seed, 1000);

			if (moment)
				memcpy(model.at[moment], model.at[moment - 1],
				       sizeof(model.at[moment]));
			if (desk__random_below(&seed, 16) == 0) {
				left = true;
				space__leave(space);
			} else {
				if (left)
					memset(model.at[moment], 0xff, sizeof(model.at[moment]));
				left = false;
				model__map(&model, moment, start, end, offset);
				map_at(space, start, end, offset, moment, moment + 1);
			}
		}
		compare(space, &model, MOMENTS);
		space__free(space);
	}
}

static void assert_row(const char *path, const char *sql, const int64_t expected[4])
{
	sqlite3_stmt *row;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	for (int i = 0; i < 4; i++)
		assert_int_equal(sqlite3_column_int64(row, i), expected[i]);
	sqlite3_finalize(row);
	sqlite3_close(db);
}

static void only_the_used_are_written(void **state)
{
	struct desk *desk = *state;
	struct space *space = space__new();
	const struct store_module module = {.kind = MODULE_FILE, .path = "/x"};
	const struct store_process process = {.pid = 1, .comm = "x", .start_ns = T0_NS};
	store_id process_id;

	assert_int_equal(store_writer__module(desk->writer, &module, &modules[1].id), 0);
	assert_int_equal(store_writer__process(desk->writer, &process, &process_id), 0);
	map_at(space, 0x1000, 0x2000, 0, 1, 10);
	map_at(space, 0x3000, 0x4000, 0, 2, 10); /* never used: has no row */
	space__find(space, 0x1000, 15)->used = true;
	space__leave(space);
	map_at(space, 0x5000, 0x6000, 0, 2, 20);
	assert_int_equal(space__write(space, desk->writer, process_id), 0);
	space__free(space);
	modules[1].id = 0;

	store_reader__close(desk__read(desk));
	assert_row(desk->file, "SELECT count(*), start_address, from_ns, to_ns FROM mapping",
		   (const int64_t[]){1, 0x1000, 10, 20});
}

static int make_modules(void **state)
{
	(void)state;
	modules = g_new0(struct module, MOMENTS);
	return 0;
}

static int free_modules(void **state)
{
	(void)state;
	g_free(modules);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mapping_covers_its_range),
		cmocka_unit_test(a_hole_splits),
		cmocka_unit_test(one_covers_many),
		cmocka_unit_test(exec_ends_all),
		cmocka_unit_test(a_child_goes_its_own_way),
		cmocka_unit_test(as_the_model_has_it),
		cmocka_unit_test_setup_teardown(only_the_used_are_written, desk__setup,
						desk__teardown),
	};

	return cmocka_run_group_tests(tests, make_modules, free_modules);
}
