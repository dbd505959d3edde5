// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "store/schema.h"

#include <stddef.h>

#include "store/model.h"

/* schema-N.sql: store/CMakeLists.txt. */
extern const char store_schema_1_sql[];
extern const char store_schema_2_sql[];
extern const char store_schema_3_sql[];
extern const char store_schema_4_sql[];
extern const char store_schema_5_sql[];

static const char *const additions[STORE_SCHEMA_VERSION] = {
	store_schema_1_sql, store_schema_2_sql, store_schema_3_sql,
	store_schema_4_sql, store_schema_5_sql,
};

int schema__make(sqlite3 *db, int version)
{
	int rc = SQLITE_OK;

	for (int i = 0; i < version && i < STORE_SCHEMA_VERSION && rc == SQLITE_OK; i++)
		rc = sqlite3_exec(db, additions[i], NULL, NULL, NULL);
	return rc;
}
