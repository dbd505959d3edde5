// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "store/row.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "store/model.h"

#define REAL_MAX 1e60 /* sums of squares of nanoseconds divided by squares of probabilities */

static const void *field_of(const void *row, const struct store_column *column)
{
	return (const char *)row + column->offset;
}

static void *field_in(void *row, const struct store_column *column)
{
	return (char *)row + column->offset;
}

int64_t row__integer(const struct store_column *column, const void *row)
{
	const void *field = field_of(row, column);
	int narrow;

	switch (column->kind) {
	case COLUMN_INT64:
	case COLUMN_BITS:
		return *(const int64_t *)field;
	case COLUMN_BOOL:
		return *(const bool *)field;
	default:
		memcpy(&narrow, field, sizeof(narrow));
		return narrow;
	}
}

static void set_integer(const struct store_column *column, void *row, int64_t value)
{
	void *field = field_in(row, column);
	int narrow = (int)value;

	switch (column->kind) {
	case COLUMN_INT64:
	case COLUMN_BITS:
		*(int64_t *)field = value;
		break;
	case COLUMN_BOOL:
		*(bool *)field = value;
		break;
	default:
		memcpy(field, &narrow, sizeof(narrow));
	}
}

static int refuse(int err, const struct store_column *column, const char *what, char **why)
{
	*why = g_strdup_printf("column %s %s", column->name, what);
	return err;
}

static int check_range(int err, const struct store_column *column, int version, int64_t value,
		       char **why)
{
	int64_t min = column->min + (column->min_is_new && version == 1);

	if (column->kind == COLUMN_BITS)
		return 0;
	if (column->gap && value == column->gap) {
		*why = g_strdup_printf("column %s is %" PRId64, column->name, value);
		return err;
	}
	if (value >= min && value <= column->max)
		return 0;
	*why = g_strdup_printf("column %s is %" PRId64 ", not between %" PRId64 " and %" PRId64,
			       column->name, value, min, column->max);
	return err;
}

/* That no end is before its beginning. */
static int check_order(int err, const struct store_table *table, const void *row, char **why)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const struct store_column *to = &table->columns[i];
		const struct store_column *from = table->columns;

		if (!to->from)
			continue;
		while (strcmp(from->name, to->from) != 0)
			from++;
		int64_t value = row__integer(to, row);
		if (to->nullable && value == to->none)
			continue;
		if (value < row__integer(from, row) + to->beyond) {
			*why = g_strdup_printf("column %s is %s %s", to->name,
					       to->beyond ? "not more than" : "less than",
					       from->name);
			return err;
		}
	}
	return 0;
}

int row__bind_text(sqlite3_stmt *statement, int parameter, const char *text)
{
	size_t length = text ? strlen(text) : 0;

	if (length <= STORE_TEXT_MAX)
		return sqlite3_bind_text(statement, parameter, text, (int)length, SQLITE_STATIC);

	char *cut = g_strndup(text, STORE_TEXT_MAX);
	g_strlcpy(cut + STORE_TEXT_MAX - strlen(STORE_TEXT_CUT), STORE_TEXT_CUT,
		  sizeof(STORE_TEXT_CUT));
	return sqlite3_bind_text(statement, parameter, cut, STORE_TEXT_MAX, g_free);
}

static int bind_text(sqlite3_stmt *statement, int parameter, const struct store_column *column,
		     const char *text, char **why)
{
	if (!text && !column->nullable)
		return refuse(-EINVAL, column, "has no text", why);
	if (row__bind_text(statement, parameter, text) != SQLITE_OK)
		return refuse(-ENOMEM, column, "cannot be bound", why);
	return 0;
}

static int bind_number(sqlite3_stmt *statement, int parameter, const struct store_column *column,
		       const void *row, char **why)
{
	int64_t value = row__integer(column, row);
	int err;

	if (column->nullable && value < column->min) {
		sqlite3_bind_null(statement, parameter);
		return 0;
	}
	err = check_range(-EINVAL, column, STORE_SCHEMA_VERSION, value, why);
	if (err)
		return err;
	if (column->kind == COLUMN_WORD)
		return bind_text(statement, parameter, column, column->words[value], why);
	sqlite3_bind_int64(statement, parameter, value);
	return 0;
}

static int bind_real(sqlite3_stmt *statement, int parameter, const struct store_column *column,
		     double value, char **why)
{
	if (!(value >= 0 && value <= REAL_MAX))
		return refuse(-EINVAL, column, "is negative or no number", why);
	sqlite3_bind_double(statement, parameter, value);
	return 0;
}

int row__bind(sqlite3_stmt *statement, const struct store_table *table, const void *row, char **why)
{
	int err = 0;

	for (size_t i = 0; i < table->column_count && !err; i++) {
		const struct store_column *column = &table->columns[i];
		const void *field = field_of(row, column);
		int parameter = (int)i + 1;

		if (column->kind == COLUMN_TEXT)
			err = bind_text(statement, parameter, column, *(const char *const *)field,
					why);
		else if (column->kind == COLUMN_REAL)
			err = bind_real(statement, parameter, column, *(const double *)field, why);
		else
			err = bind_number(statement, parameter, column, row, why);
	}
	return err ? err : check_order(-EINVAL, table, row, why);
}

/* NULL when it is not text, or holds a NUL. */
static const char *text_of(const struct row_value *value)
{
	if (value->type != SQLITE_TEXT || !value->text ||
	    strlen(value->text) != (size_t)value->length)
		return NULL;
	return value->text;
}

static int read_text(const struct row_value *value, const struct store_column *column, void *row,
		     char **why)
{
	const char *text = text_of(value);

	if (!text)
		return refuse(-EUCLEAN, column, "is not text", why);
	*(const char **)field_in(row, column) = text;
	return 0;
}

static int read_word(const struct row_value *value, const struct store_column *column, void *row,
		     char **why)
{
	const char *text = text_of(value);

	for (int64_t i = 0; text && i <= column->max; i++) {
		if (strcmp(text, column->words[i]) == 0) {
			set_integer(column, row, i);
			return 0;
		}
	}
	return refuse(-EUCLEAN, column, "is not one of its words", why);
}

static int read_real(const struct row_value *value, const struct store_column *column, void *row,
		     char **why)
{
	/* In the file a real that is a whole number has the form of one. */
	double real = value->type == SQLITE_INTEGER ? (double)value->integer : value->real;

	if ((value->type != SQLITE_FLOAT && value->type != SQLITE_INTEGER) ||
	    !(real >= 0 && real <= REAL_MAX))
		return refuse(-EUCLEAN, column, "is negative or no number", why);
	*(double *)field_in(row, column) = real;
	return 0;
}

static int read_number(const struct row_value *value, const struct store_column *column,
		       int version, void *row, char **why)
{
	int err;

	if (value->type != SQLITE_INTEGER)
		return refuse(-EUCLEAN, column, "is not a whole number", why);
	err = check_range(-EUCLEAN, column, version, value->integer, why);
	if (!err)
		set_integer(column, row, value->integer);
	return err;
}

static void set_none(const struct store_column *column, void *row)
{
	if (column->kind == COLUMN_TEXT)
		*(const char **)field_in(row, column) = NULL;
	else
		set_integer(column, row, column->none);
}

static int read_value(const struct row_value *value, const struct store_column *column, int version,
		      void *row, char **why)
{
	if (column->nullable && value->type == SQLITE_NULL) {
		set_none(column, row);
		return 0;
	}
	if (column->kind == COLUMN_REAL)
		return read_real(value, column, row, why);
	if (column->kind == COLUMN_TEXT)
		return read_text(value, column, row, why);
	if (column->kind == COLUMN_WORD)
		return read_word(value, column, row, why);
	return read_number(value, column, version, row, why);
}

int row__read(const struct row_value *values, int version, const struct store_table *table,
	      void *row, char **why)
{
	int err = 0;

	for (size_t i = 0; i < table->column_count && !err; i++)
		err = read_value(&values[i], &table->columns[i], version, row, why);
	return err ? err : check_order(-EUCLEAN, table, row, why);
}
