/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The conditions of !IF: numbers, "strings", DEFINED(NAME), EXIST(PATH), the comparisons, !, && and
 * ||, and parentheses. An unquoted word is a string; nothing at all is false, which is what $(NAME)
 * leaves when there is no such macro.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ddk.h"

struct reader {
    const char *at, *folder;
    struct ddk_macros *macros;
    bool wrong;
};

struct value {
    const char *text; /* NULL: a number */
    long number;
};

static struct value either(struct reader *reader);

static bool take(struct reader *reader, const char *token)
{
    reader->at += strspn(reader->at, " \t");
    if (strncmp(reader->at, token, strlen(token)) != 0)
        return false;
    reader->at += strlen(token);
    return true;
}

static bool truth(struct value value)
{
    return value.text != NULL ? value.text[0] != '\0' : value.number != 0;
}

static struct value number(bool is)
{
    return (struct value){.number = is};
}

/* What is in the parentheses after DEFINED or EXIST. */
static char *argument(struct reader *reader)
{
    if (!take(reader, "(")) {
        reader->wrong = true;
        return ddk_copy("", 0);
    }
    size_t length = strcspn(reader->at, ")");
    struct ddk_list words = ddk_words(ddk_copy(reader->at, length));
    reader->at += length;
    reader->wrong |= !take(reader, ")") || words.count != 1;
    return ddk_copy(
        words.count > 0 ? words.item[0] : "", words.count > 0 ? strlen(words.item[0]) : 0);
}

static struct value word(struct reader *reader)
{
    const char *from = reader->at;
    char *end;

    while (isalnum((unsigned char)*reader->at) ||
        (*reader->at != '\0' && strchr("_.\\/:-", *reader->at) != NULL))
        reader->at++;
    if (from == reader->at) {
        reader->wrong = *reader->at != '\0';
        return number(false);
    }
    char *text = ddk_copy(from, (size_t)(reader->at - from));
    if (strcasecmp(text, "DEFINED") == 0)
        return number(ddk_defined(reader->macros, argument(reader)));
    if (strcasecmp(text, "EXIST") == 0)
        return number(ddk_resolve(ddk_absolute(reader->folder, argument(reader))) != NULL);
    long value = strtol(text, &end, 0);
    return *end == '\0' ? (struct value){.number = value} : (struct value){.text = text};
}

static struct value simple(struct reader *reader)
{
    struct value value;

    if (take(reader, "(")) {
        value = either(reader);
        reader->wrong |= !take(reader, ")");
        return value;
    }
    reader->at += strspn(reader->at, " \t");
    if (reader->at[0] == '!' && reader->at[1] != '=') {
        reader->at++;
        return number(!truth(simple(reader)));
    }
    if (!take(reader, "\""))
        return word(reader);
    size_t length = strcspn(reader->at, "\"");
    value = (struct value){.text = ddk_copy(reader->at, length)};
    reader->at += length;
    reader->wrong |= !take(reader, "\"");
    return value;
}

/* -1, 0, 1. A string and a number: as strings, so that "" is no number. */
static int compare(struct value a, struct value b)
{
    if (a.text == NULL && b.text == NULL)
        return a.number < b.number ? -1 : a.number > b.number;
    const char *left = a.text != NULL ? a.text : ddk_format("%ld", a.number);
    return strcmp(left, b.text != NULL ? b.text : ddk_format("%ld", b.number));
}

static struct value comparison(struct reader *reader)
{
    struct value left = simple(reader);

    if (take(reader, "=="))
        return number(compare(left, simple(reader)) == 0);
    if (take(reader, "!="))
        return number(compare(left, simple(reader)) != 0);
    if (take(reader, "<="))
        return number(compare(left, simple(reader)) <= 0);
    if (take(reader, ">="))
        return number(compare(left, simple(reader)) >= 0);
    if (take(reader, "<"))
        return number(compare(left, simple(reader)) < 0);
    if (take(reader, ">"))
        return number(compare(left, simple(reader)) > 0);
    return left;
}

static struct value both(struct reader *reader)
{
    struct value left = comparison(reader);

    while (take(reader, "&&")) {
        bool right = truth(comparison(reader));
        left = number(truth(left) && right);
    }
    return left;
}

static struct value either(struct reader *reader)
{
    struct value left = both(reader);

    while (take(reader, "||")) {
        bool right = truth(both(reader));
        left = number(truth(left) || right);
    }
    return left;
}

const bool *ddk_condition(struct ddk_macros *macros, const char *folder, const char *text)
{
    static const bool answers[] = {false, true};
    struct reader reader = {.at = ddk_expand(macros, text), .folder = folder, .macros = macros};
    bool is = truth(either(&reader));

    reader.at += strspn(reader.at, " \t");
    return reader.wrong || *reader.at != '\0' ? NULL : &answers[is];
}
