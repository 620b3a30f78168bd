/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reads dirs and sources files: NAME=VALUE lines, a backslash at a line's end to go on, # comments,
 * and the directives that begin with "!". Rules for nmake (targets and their commands) are not run;
 * they belong in makefile.inc, which is not read.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "ddk.h"
#include "plainfile.h"

enum {
    MOST_CONDITIONS = 64,
    MOST_INCLUDES = 32, /* in one another */
    MOST_FILES = 1000   /* included in all */
};

struct condition {
    unsigned line;
    bool now;  /* this branch is read */
    bool done; /* some branch was, or none may be */
    bool last; /* !ELSE came */
};

struct source {
    struct ddk_build *build;
    struct ddk_macros *macros;
    const char *path, *folder;
    unsigned line, depth, *files; /* files: how many there have been */
    struct condition conditions[MOST_CONDITIONS];
    unsigned count;
    bool wrong;
};

static bool read_file(struct ddk_build *build, struct ddk_macros *macros, const char *path,
    unsigned depth, unsigned *files);

static bool reading(const struct source *source)
{
    return source->count == 0 || source->conditions[source->count - 1].now;
}

static void complain(struct source *source, const char *what)
{
    ddk_error(source->build, source->path, source->line, "%s", what);
    source->wrong = true;
}

static bool decide(struct source *source, const char *word, const char *rest)
{
    const bool *answer;

    if (strcasecmp(word, "IFDEF") == 0 || strcasecmp(word, "IFNDEF") == 0) {
        struct ddk_list names = ddk_words(rest);
        bool defined = names.count > 0 && ddk_defined(source->macros, names.item[0]);
        if (names.count != 1)
            complain(source, ddk_format("!%s wants one name", word));
        return defined == (strcasecmp(word, "IFDEF") == 0);
    }
    answer = ddk_condition(source->macros, source->folder, rest);
    if (answer == NULL)
        complain(source, ddk_format("this condition is not understood: %s", rest));
    return answer != NULL && *answer;
}

static void begin_condition(struct source *source, const char *word, const char *rest)
{
    struct condition *condition = &source->conditions[source->count];

    if (source->count == MOST_CONDITIONS) {
        complain(source, "too many !IF in one another");
        return;
    }
    *condition = (struct condition){.line = source->line};
    if (!reading(source))
        condition->done = true;
    else
        condition->done = condition->now = decide(source, word, rest);
    source->count++;
}

/* !ELSE, !ELSEIF and !ELSE IF: word is what follows ELSE, "" if nothing does. */
static void other_branch(struct source *source, const char *word, const char *rest)
{
    struct condition *condition = source->count > 0 ? &source->conditions[source->count - 1] : NULL;

    if (condition == NULL || condition->last) {
        complain(source, "!ELSE without !IF");
        return;
    }
    bool free = !condition->done;
    condition->last = *word == '\0';
    condition->now = free && (*word == '\0' || decide(source, word, rest));
    condition->done |= condition->now;
}

static void include(struct source *source, const char *rest)
{
    struct ddk_list words = ddk_words(ddk_expand(source->macros, rest));
    const char *path;

    if (words.count != 1) {
        complain(source, ddk_format("!INCLUDE wants one file, not '%s'", rest));
        return;
    }
    /* What makes a makefile build is here, not in a file. */
    if (ddk_ends(words.item[0], "makefile.def") || ddk_ends(words.item[0], "makefile.plt"))
        return;
    path = ddk_resolve(ddk_absolute(source->folder, words.item[0]));
    if (path == NULL || ddk_is_folder(path))
        complain(source, ddk_format("!INCLUDE: there is no file '%s'", words.item[0]));
    else if (source->depth == MOST_INCLUDES)
        complain(source, ddk_format("'%s' includes itself", words.item[0]));
    else if (++*source->files > MOST_FILES)
        complain(source, "more files are included than a build can have");
    else if (!read_file(source->build, source->macros, path, source->depth + 1, source->files))
        source->wrong = true;
}

static void other_directive(struct source *source, const char *word, const char *rest)
{
    if (strcasecmp(word, "INCLUDE") == 0)
        include(source, rest);
    else if (strcasecmp(word, "ERROR") == 0)
        complain(source, ddk_expand(source->macros, rest));
    else if (strcasecmp(word, "MESSAGE") == 0)
        ddk_say(source->build, "%s", ddk_expand(source->macros, rest));
    else if (strcasecmp(word, "UNDEF") == 0)
        ddk_unset(source->macros, rest);
    else if (strcasecmp(word, "CMDSWITCHES") != 0)
        complain(source, ddk_format("unknown directive !%s", word));
}

/* Takes the first word off the text. */
static char *first_word(const char **text)
{
    size_t length;

    *text += strspn(*text, " \t");
    for (length = 0; isalpha((unsigned char)(*text)[length]); length++)
        ;
    char *word = ddk_copy(*text, length);
    *text += length;
    *text += strspn(*text, " \t");
    return word;
}

static void directive(struct source *source, const char *text)
{
    const char *rest = text + 1;
    char *word = first_word(&rest);

    if (ddk_starts(word, "IF")) {
        begin_condition(source, word, rest);
    } else if (ddk_starts(word, "ELSE")) {
        char *condition = word[4] != '\0' ? word + 4 : first_word(&rest);
        other_branch(source, condition, rest);
    } else if (strcasecmp(word, "ENDIF") == 0) {
        if (source->count == 0)
            complain(source, "!ENDIF without !IF");
        source->count -= source->count > 0;
    } else if (reading(source)) {
        other_directive(source, word, rest);
    }
}

static void assignment(struct source *source, const char *text)
{
    const char *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t)(equals - text) : 0;

    while (length > 0 && strchr(" \t", text[length - 1]) != NULL)
        length--;
    if (length == 0 || strcspn(text, ": \t") < length)
        complain(source, ddk_format("this is no NAME=VALUE: %s", text));
    else
        ddk_set(source->macros, ddk_expand(source->macros, ddk_copy(text, length)), equals + 1);
}

/* Takes a comment and white space off a line's end. true: the line goes on in the next one. */
static bool end_of_line(char *line)
{
    for (char *hash = strchr(line, '#'); hash != NULL; hash = strchr(hash + 1, '#')) {
        if (hash == line || hash[-1] != '^') {
            *hash = '\0';
            break;
        }
        memmove(hash - 1, hash, strlen(hash) + 1);
    }
    size_t length = strlen(line);
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        line[--length] = '\0';
    if (length == 0 || line[length - 1] != '\\')
        return false;
    line[length - 1] = ' ';
    return true;
}

static void statement(struct source *source, const char *text)
{
    text += strspn(text, " \t");
    if (*text == '!')
        directive(source, text);
    else if (*text != '\0' && reading(source))
        assignment(source, text);
}

static void read_lines(struct source *source, char *content)
{
    struct ddk_buffer whole = {0};
    unsigned line = 0;

    for (char *at = content, *next; at != NULL && !source->macros->endless; at = next) {
        next = strchr(at, '\n');
        if (next != NULL)
            *next++ = '\0';
        line++;
        if (whole.length == 0)
            source->line = line;
        bool comment = at[strspn(at, " \t")] == '#', more = end_of_line(at);
        if (comment && whole.length > 0)
            continue;
        ddk_append(&whole, at, strlen(at));
        if (more && next != NULL)
            continue;
        statement(source, whole.text);
        whole = (struct ddk_buffer){0};
    }
}

static bool read_file(struct ddk_build *build, struct ddk_macros *macros, const char *path,
    unsigned depth, unsigned *files)
{
    struct source source = {.build = build,
        .macros = macros,
        .path = path,
        .folder = ddk_folder(path),
        .depth = depth,
        .files = files};
    char *content = ddk_read(path, NULL);

    if (content == NULL) {
        ddk_error(build, path, 0, "%s", plainfile_error(errno));
        return false;
    }
    read_lines(&source, strncmp(content, "\xEF\xBB\xBF", 3) == 0 ? content + 3 : content);
    if (source.count > 0) {
        source.line = source.conditions[source.count - 1].line;
        complain(&source, "there is no !ENDIF for this");
    }
    return !source.wrong;
}

bool ddk_read_macros(struct ddk_build *build, struct ddk_macros *macros, const char *path)
{
    unsigned files = 0;
    bool fine = read_file(build, macros, path, 0, &files);

    if (macros->endless)
        ddk_error(build, path, 0,
            "the macros stand for too much: one of them must contain itself many times over");
    return fine && !macros->endless;
}
