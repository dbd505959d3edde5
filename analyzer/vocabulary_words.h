/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The words of vocabulary.c: names separated by spaces; "prefix*", "*part*" and "*part*part*"
 * are patterns. */
#ifndef WALLFLAME_ANALYZER_VOCABULARY_WORDS_H
#define WALLFLAME_ANALYZER_VOCABULARY_WORDS_H

#include <stddef.h>

#include "analyzer/vocabulary.h"

struct vocabulary_words {
	enum set set;
	const char *names;
};

extern const struct vocabulary_words vocabulary_words[];
extern const size_t vocabulary_word_count;

#endif
