/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Parses commands. A command is split into words at blanks outside quotes and parentheses; its
 * verb's row in the table says which function reads the rest. What a verb does not know is an error
 * that names it.
 */
#include "command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "suggest.h"

#define GENERIC_READ 0x80000000u
#define GENERIC_WRITE 0x40000000u
#define FILE_SHARE_READ 1u
#define FILE_SHARE_WRITE 2u
#define FILE_SHARE_DELETE 4u
#define MOST_AHEAD 4095u

/* The words after the verb, taken one by one. */
struct words {
    char **word; /* owned */
    size_t count, next;
    const char *tail; /* the text from the word after the next on: what repeat repeats */
};

/* ---- Words ----------------------------------------------------------------------------------- */

/* The end of the word that starts at text; NULL: a quote or parenthesis is not closed. */
static const char *word_end(const char *text)
{
    unsigned depth = 0;
    bool quoted = false;

    for (; *text != '\0'; text++) {
        if (quoted && text[0] == '\\' && (text[1] == '"' || text[1] == '\\'))
            text++;
        else if (*text == '"')
            quoted = !quoted;
        else if (!quoted && *text == '(')
            depth++;
        else if (!quoted && *text == ')' && depth > 0)
            depth--;
        else if (!quoted && depth == 0 && isspace((unsigned char)*text))
            break;
    }
    return quoted || depth > 0 ? NULL : text;
}

static const char *skip_blanks(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    return text;
}

static void words_free(struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->word[i]);
    free(words->word);
}

static bool words_add(struct words *words, const char *text, size_t length)
{
    char **moved = realloc(words->word, (words->count + 1) * sizeof(*moved));

    if (moved == NULL)
        return false;
    words->word = moved;
    words->word[words->count] = strndup(text, length);
    return words->word[words->count++] != NULL;
}

/* On failure the words so far are still the caller's to free. */
static bool words_split(const char *text, struct words *words, struct parse_error *error)
{
    for (text = skip_blanks(text); *text != '\0';) {
        const char *end = word_end(text);
        if (end == NULL)
            return parse_fail(error, "'%s' has a quote or parenthesis that is not closed", text);
        if (!words_add(words, text, (size_t)(end - text)))
            return parse_fail(error, "out of memory");
        text = skip_blanks(end);
    }
    return true;
}

static const char *words_next(struct words *words)
{
    return words->next < words->count ? words->word[words->next++] : NULL;
}

/* ---- Parts of commands ----------------------------------------------------------------------- */

static bool parse_bytes(
    const char *text, const char *what, uint32_t *bytes, struct parse_error *error)
{
    uint64_t number;

    if (text == NULL)
        return parse_fail(error, "%s is missing", what);
    if (!number_parse(text, strlen(text), DATA_LIMIT, false, what, &number, error))
        return false;
    *bytes = (uint32_t)number;
    return true;
}

/* Where a buffer is to be: an address, or "+N", so many bytes behind one that is aligned. */
static bool parse_place(const char *text, const char *what, bool *is_address, uint64_t *address,
    uint32_t *ahead, struct parse_error *error)
{
    uint64_t number;

    *is_address = *text != '+';
    if (*is_address)
        return number_parse(text, strlen(text), UINT64_MAX, false, what, address, error);
    if (!number_parse(text + 1, strlen(text + 1), MOST_AHEAD, false, what, &number, error))
        return false;
    *ahead = (uint32_t)number;
    return true;
}

static bool parse_offset(const char *text, uint64_t *offset, struct parse_error *error)
{
    if (text == NULL)
        return parse_fail(error, "the offset is missing");
    return number_parse(text, strlen(text), UINT64_MAX, true, "the offset", offset, error);
}

/* The value when word is NAME=value, NULL otherwise. */
static const char *option_value(const char *word, const char *name)
{
    size_t length = strlen(name);

    return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

/* Letters of "rwd" as a mask; "none" is no letter, a number is the mask itself. */
static bool parse_letters(const char *text, const uint32_t mask[3], const char *what,
    uint32_t *result, struct parse_error *error)
{
    uint32_t all = 0;

    if (isdigit((unsigned char)*text)) {
        uint64_t number;
        if (!number_parse(text, strlen(text), UINT32_MAX, false, what, &number, error))
            return false;
        *result = (uint32_t)number;
        return true;
    }
    for (const char *letter = strcmp(text, "none") == 0 ? "" : text; *letter != '\0'; letter++) {
        const char *place = strchr("rwd", *letter);
        uint32_t bit = place != NULL ? mask[place - "rwd"] : 0;
        if (bit == 0)
            return parse_fail(error, "%s '%s' is not made of %s, none or a number", what, text,
                mask[2] != 0 ? "r, w, d" : "r, w");
        all |= bit;
    }
    *result = all;
    return true;
}

/* A copy without the quotes around it, if any. */
static bool copy_name(const char *word, const char *what, char **copy, struct parse_error *error)
{
    if (word == NULL)
        return parse_fail(error, "the name of the %s is missing", what);
    size_t length = strlen(word);
    bool quoted = length >= 2 && word[0] == '"' && word[length - 1] == '"';
    *copy = quoted ? strndup(word + 1, length - 2) : strdup(word);
    return *copy != NULL || parse_fail(error, "out of memory");
}

static bool is_handle_name(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)text[i]) && text[i] != '_')
            return false;
    }
    return length > 0 && !isdigit((unsigned char)text[0]);
}

/* The name behind a word such as "as". */
static bool parse_name(
    struct words *words, const char *before, char **name, struct parse_error *error)
{
    const char *value = words_next(words);

    if (value == NULL || !is_handle_name(value, strlen(value)))
        return parse_fail(error, "'%s' wants a name of letters and digits, such as h2", before);
    free(*name);
    *name = strdup(value);
    return *name != NULL || parse_fail(error, "out of memory");
}

/* ---- Verbs ----------------------------------------------------------------------------------- */

static bool parse_open(struct words *words, struct command *command, struct parse_error *error)
{
    static const uint32_t access_bits[3] = {GENERIC_READ, GENERIC_WRITE, 0};
    static const uint32_t share_bits[3] = {FILE_SHARE_READ, FILE_SHARE_WRITE, FILE_SHARE_DELETE};
    const char *word, *value;

    command->access = GENERIC_READ | GENERIC_WRITE;
    command->share = FILE_SHARE_READ | FILE_SHARE_WRITE;
    if (!copy_name(words_next(words), "device", &command->name, error))
        return false;
    while ((word = words_next(words)) != NULL) {
        if ((value = option_value(word, "access")) != NULL) {
            if (!parse_letters(value, access_bits, "access", &command->access, error))
                return false;
        } else if ((value = option_value(word, "share")) != NULL) {
            if (!parse_letters(value, share_bits, "share", &command->share, error))
                return false;
        } else if (strcmp(word, "overlapped") == 0) {
            command->overlapped = true;
        } else if (strcmp(word, "as") == 0) {
            if (!parse_name(words, "as", &command->handle, error))
                return false;
        } else {
            return parse_fail(
                error, "open does not know '%s': access=, share=, overlapped, as NAME", word);
        }
    }
    return true;
}

static bool parse_nothing(struct words *words, struct command *command, struct parse_error *error)
{
    (void)words, (void)command, (void)error;
    return true;
}

static bool parse_at(
    struct words *words, struct command *command, const char *verb, struct parse_error *error)
{
    const char *word, *value;

    while ((word = words_next(words)) != NULL) {
        if ((value = option_value(word, "at")) == NULL)
            return parse_fail(error, "%s does not know '%s': at=OFFSET", verb, word);
        if (!parse_offset(value, &command->offset, error))
            return false;
        command->at = true;
    }
    return true;
}

static bool parse_read(struct words *words, struct command *command, struct parse_error *error)
{
    return parse_bytes(words_next(words), "the number of bytes", &command->length, error) &&
        parse_at(words, command, "read", error);
}

static bool parse_write(struct words *words, struct command *command, struct parse_error *error)
{
    const char *word = words_next(words);

    if (word == NULL)
        return parse_fail(error, "the data is missing");
    return data_parse(word, &command->data, error) && parse_at(words, command, "write", error);
}

static bool parse_seek(struct words *words, struct command *command, struct parse_error *error)
{
    return parse_offset(words_next(words), &command->offset, error);
}

static bool parse_ioctl(struct words *words, struct command *command, struct parse_error *error)
{
    const char *word = words_next(words), *value;
    uint32_t method;

    if (word == NULL)
        return parse_fail(error, "the control code is missing");
    if (!code_parse(word, &command->code, error))
        return false;
    while ((word = words_next(words)) != NULL) {
        if ((value = option_value(word, "in")) != NULL) {
            data_free(&command->data);
            if (!data_parse(value, &command->data, error))
                return false;
        } else if ((value = option_value(word, "out")) != NULL) {
            if (!parse_bytes(value, "out=", &command->length, error))
                return false;
        } else if ((value = option_value(word, "in-at")) != NULL) {
            if (!parse_place(value, "in-at=", &command->data_at, &command->data_address,
                    &command->data_ahead, error))
                return false;
        } else if ((value = option_value(word, "out-at")) != NULL) {
            if (!parse_place(value, "out-at=", &command->buffer_at, &command->buffer_address,
                    &command->buffer_ahead, error))
                return false;
        } else if ((value = option_value(word, "method")) != NULL) {
            if (!method_parse(value, &method, error))
                return false;
            command->code = (command->code & ~3u) | method;
        } else {
            return parse_fail(error,
                "ioctl does not know '%s': in=DATA, out=N, method=METHOD, in-at=ADDRESS, "
                "out-at=ADDRESS",
                word);
        }
    }
    return true;
}

static bool parse_sleep(struct words *words, struct command *command, struct parse_error *error)
{
    const char *word = words_next(words);
    uint64_t number;

    if (word == NULL)
        return parse_fail(error, "the number of milliseconds is missing");
    if (!number_parse(
            word, strlen(word), INT32_MAX, false, "the number of milliseconds", &number, error))
        return false;
    command->milliseconds = (uint32_t)number;
    return true;
}

static bool parse_process(struct words *words, struct command *command, struct parse_error *error)
{
    const char *what = words_next(words), *word;

    if (what != NULL && strcmp(what, "exit") == 0)
        return parse_name(words, "exit", &command->handle, error);
    if (what == NULL || strcmp(what, "start") != 0)
        return parse_fail(error, "process wants 'start NAME' or 'exit PROCESS'");
    if (!copy_name(words_next(words), "process", &command->name, error))
        return false;
    if ((word = words_next(words)) == NULL)
        return true;
    if (strcmp(word, "as") != 0)
        return parse_fail(error, "process start does not know '%s': as NAME", word);
    return parse_name(words, "as", &command->handle, error);
}

static bool parse_event(struct words *words, struct command *command, struct parse_error *error)
{
    const char *word = words_next(words);

    if (word == NULL || strcmp(word, "as") != 0)
        return parse_fail(error, "event wants 'as NAME'");
    return parse_name(words, "as", &command->handle, error);
}

static bool parse_power(struct words *words, struct command *command, struct parse_error *error)
{
    const char *word = words_next(words);

    if (word == NULL || (word[0] != 's' && word[0] != 'S') || word[1] < '1' || word[1] > '4' ||
        word[2] != '\0')
        return parse_fail(error, "power wants a state of the system: s1, s2, s3 or s4");
    command->state = (uint32_t)(word[1] - '0');
    return true;
}

static bool parse_service(struct words *words, struct command *command, struct parse_error *error)
{
    return copy_name(words_next(words), "service", &command->name, error);
}

static bool parse_repeat(struct words *words, struct command *command, struct parse_error *error)
{
    const char *word = words_next(words);
    uint64_t number;

    if (word == NULL)
        return parse_fail(error, "repeat wants a number and a command");
    if (!number_parse(
            word, strlen(word), COMMAND_REPEAT_LIMIT, false, "the number of calls", &number, error))
        return false;
    if (number == 0)
        return parse_fail(error, "repeat 0 measures nothing");
    command->times = (uint32_t)number;
    command->repeated = command_parse(words->tail, error);
    if (command->repeated == NULL)
        return false;
    if (command->repeated->verb == COMMAND_REPEAT)
        return parse_fail(error, "repeat cannot repeat a repeat");
    if (command->repeated->thread[0] != '\0')
        return parse_fail(error, "the thread stands before repeat");
    if (command->repeated->handle[0] == '\0') {
        char *handle = strdup(command->handle);
        if (handle == NULL)
            return parse_fail(error, "out of memory");
        free(command->repeated->handle);
        command->repeated->handle = handle;
    }
    words->next = words->count;
    return true;
}

static const struct {
    const char *name;
    enum command_verb verb;
    bool (*parse)(struct words *words, struct command *command, struct parse_error *error);
} verbs[] = {
    {"open", COMMAND_OPEN, parse_open},
    {"close", COMMAND_CLOSE, parse_nothing},
    {"read", COMMAND_READ, parse_read},
    {"write", COMMAND_WRITE, parse_write},
    {"seek", COMMAND_SEEK, parse_seek},
    {"ioctl", COMMAND_IOCTL, parse_ioctl},
    {"cancel", COMMAND_CANCEL, parse_nothing},
    {"wait", COMMAND_WAIT, parse_nothing},
    {"sleep", COMMAND_SLEEP, parse_sleep},
    {"power", COMMAND_POWER, parse_power},
    {"start", COMMAND_START, parse_service},
    {"stop", COMMAND_STOP, parse_service},
    {"repeat", COMMAND_REPEAT, parse_repeat},
    {"process", COMMAND_PROCESS, parse_process},
    {"event", COMMAND_EVENT, parse_event},
};

#define VERB_COUNT (sizeof(verbs) / sizeof(verbs[0]))

static bool unknown_verb(const char *word, struct parse_error *error)
{
    const char *names[VERB_COUNT], *nearest;

    for (size_t i = 0; i < VERB_COUNT; i++)
        names[i] = verbs[i].name;
    nearest = suggest_nearest(word, names, VERB_COUNT);
    if (nearest != NULL)
        return parse_fail(error, "there is no command '%s': did you mean '%s'?", word, nearest);
    return parse_fail(error,
        "there is no command '%s'; there are open, close, read, write, seek, ioctl, cancel, wait, "
        "event, sleep, start, "
        "stop, process and repeat",
        word);
}

/* ---- A whole command ------------------------------------------------------------------------- */

/* Takes "h2:" off the front of *text; *handle is a new string, empty when there is no prefix. */
static bool parse_prefix(const char **text, char **handle, struct parse_error *error)
{
    size_t length = strcspn(*text, ": \t\"(");
    bool given = (*text)[length] == ':' && is_handle_name(*text, length);

    *handle = strndup(*text, given ? length : 0);
    if (*handle == NULL)
        return parse_fail(error, "out of memory");
    if (given)
        *text = skip_blanks(*text + length + 1);
    return true;
}

/* Takes "@a" off the front of *text; *thread is a new string, empty when there is none. */
static bool parse_thread(const char **text, char **thread, struct parse_error *error)
{
    bool given = **text == '@';
    size_t length = given ? strcspn(*text + 1, " \t") : 0;

    if (given && !is_handle_name(*text + 1, length))
        return parse_fail(error,
            "'@' wants the name of a thread, of letters and digits, and a command behind it");
    *thread = strndup(*text + given, length);
    if (*thread == NULL)
        return parse_fail(error, "out of memory");
    *text = skip_blanks(*text + given + length);
    return true;
}

/* rest: the command without its handle prefix. */
static bool parse_words(
    const char *rest, struct words *words, struct command *command, struct parse_error *error)
{
    if (!words_split(rest, words, error))
        return false;
    const char *name = words_next(words);
    if (name == NULL)
        return parse_fail(error, "the command is empty");
    if (words->count > 2) {
        const char *second = skip_blanks(word_end(rest));
        words->tail = skip_blanks(word_end(second));
    } else {
        words->tail = "";
    }
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (strcmp(name, verbs[i].name) != 0)
            continue;
        command->verb = verbs[i].verb;
        if (!verbs[i].parse(words, command, error))
            return false;
        const char *extra = words_next(words);
        return extra == NULL || parse_fail(error, "%s does not know '%s'", name, extra);
    }
    return unknown_verb(name, error);
}

static char *trimmed_copy(const char *text)
{
    size_t length = strlen(text);

    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    return strndup(text, length);
}

struct command *command_parse(const char *text, struct parse_error *error)
{
    struct command *command = calloc(1, sizeof(*command));
    struct words words = {0};
    const char *rest = skip_blanks(text);

    if (command == NULL || (command->text = trimmed_copy(rest)) == NULL) {
        parse_fail(error, "out of memory");
        free(command);
        return NULL;
    }
    bool done = parse_thread(&rest, &command->thread, error) &&
        parse_prefix(&rest, &command->handle, error) && parse_words(rest, &words, command, error);
    words_free(&words);
    if (done)
        return command;
    command_free(command);
    return NULL;
}

void command_free(struct command *command)
{
    if (command == NULL)
        return;
    command_free(command->repeated);
    free(command->text);
    free(command->thread);
    free(command->handle);
    free(command->name);
    data_free(&command->data);
    free(command);
}
