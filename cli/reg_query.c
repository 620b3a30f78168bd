/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* 'dotsys reg query': shows a key, a value, a tree, or what a search finds. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "json.h"
#include "reg.h"

struct query {
    struct tool *tool;
    struct reg_key key;
    const char *name; /* /v; NULL: all values */
    const char *find; /* /f */
    const char *separator;
    DWORD type; /* /t */
    bool default_value, below, numbers, keys_only, data_only, exact_case, exact, json, any_name,
        typed;
    unsigned found;
};

/* ---- Searching ------------------------------------------------------------------------------- */

static bool matches(const struct query *query, const char *text)
{
    if (query->exact)
        return (query->exact_case ? strcmp(text, query->find) : strcasecmp(text, query->find)) == 0;
    return (query->exact_case ? strstr(text, query->find) : strcasestr(text, query->find)) != NULL;
}

static bool matches_wide(const struct query *query, const WCHAR *text)
{
    char *narrow = reg_narrow(text);
    bool yes = narrow != NULL && matches(query, narrow);
    free(narrow);
    return yes;
}

static bool is_wanted(
    const struct query *query, const struct reg_value *value, const char *name, const char *data)
{
    const bool everything = !query->keys_only && !query->data_only && !query->any_name;
    if (query->typed && value->type != query->type)
        return false;
    if (query->name != NULL && strcasecmp(name, query->name) != 0)
        return false;
    if (query->default_value && name[0] != 0)
        return false;
    if (query->find == NULL)
        return true;
    return ((everything || query->any_name) && matches(query, name)) ||
           ((everything || query->data_only) && matches(query, data));
}

/* ---- Showing --------------------------------------------------------------------------------- */

static void show_value(struct query *query, const char *path, const struct reg_value *value,
    const char *name, const char *data)
{
    char number[24];
    const char *type = reg_type_name(value->type, number);
    if (!query->json) {
        fprintf(query->tool->out, "    %s    %s", name[0] != 0 ? name : "(Default)", type);
        if (query->numbers)
            fprintf(query->tool->out, " (%u)", (unsigned)value->type);
        fprintf(query->tool->out, "    %s\n", data);
        return;
    }
    json_object *object = json_object_new_object();
    json_add_string(object, "key", path);
    json_add_string(object, "name", name);
    json_add_string(object, "type", type);
    json_add_string(object, "text", data);
    json_add_bytes(object, "data", (const char *)value->data, value->bytes);
    json_write(query->tool->out, object);
}

static void show_key(struct query *query, const char *path)
{
    if (!query->json) {
        fprintf(query->tool->out, "%s\n", path);
        return;
    }
    json_object *object = json_object_new_object();
    json_add_string(object, "key", path);
    json_write(query->tool->out, object);
}

/* Shows the values that are wanted, with the key before the first. Returns their number. */
static unsigned show_values(
    struct query *query, const char *path, const struct reg_contents *contents, bool always)
{
    unsigned shown = 0;
    for (DWORD i = 0; i < contents->value_count; i++) {
        const struct reg_value *value = &contents->values[i];
        char *name = reg_narrow(value->name), *data = reg_show_data(value, query->separator);
        if (name != NULL && data != NULL && is_wanted(query, value, name, data)) {
            if (shown++ == 0 && !query->json)
                fprintf(query->tool->out, "\n%s\n", path);
            show_value(query, path, value, name, data);
        }
        free(name);
        free(data);
    }
    if (shown == 0 && always && query->json)
        show_key(query, path);
    else if (shown == 0 && always)
        fprintf(query->tool->out, "\n%s\n", path);
    return shown;
}

/* ---- Walking --------------------------------------------------------------------------------- */

static int query_key(struct query *query, const WCHAR *below, unsigned depth);

/* The key goes before the keys in it. Returns an exit status. */
static int query_contents(
    struct query *query, const WCHAR *below, const struct reg_contents *contents, unsigned depth)
{
    const bool values_only = query->name != NULL || query->default_value || query->typed;
    int status = EXIT_FINE;
    char *path = reg_path(query->key.root_name, below);
    if (path == NULL)
        return reg_fail(query->tool, "out of memory");
    if (!query->keys_only)
        query->found += show_values(
            query, path, contents, query->below && query->find == NULL && !values_only);
    if (!query->below && !values_only && !query->json && query->find == NULL &&
        contents->key_count != 0)
        fputc('\n', query->tool->out);
    for (DWORD i = 0; i < contents->key_count && status == EXIT_FINE; i++) {
        WCHAR *child = reg_join(below, contents->keys[i]);
        char *name = child != NULL ? reg_path(query->key.root_name, child) : NULL;
        if (name == NULL)
            status = reg_fail(query->tool, "out of memory");
        else if (query->find != NULL && !query->data_only && !query->any_name && !values_only &&
                 matches_wide(query, contents->keys[i])) {
            if (!query->json)
                fputc('\n', query->tool->out);
            show_key(query, name);
            query->found++;
        } else if (query->find == NULL && !query->below && !values_only)
            show_key(query, name);
        if (status == EXIT_FINE && query->below)
            status = query_key(query, child, depth + 1);
        free(name);
        free(child);
    }
    free(path);
    return status;
}

static int query_key(struct query *query, const WCHAR *below, unsigned depth)
{
    struct reg_contents contents = {0};
    HKEY key;
    LSTATUS error = RegOpenKeyExW(query->key.root, below, 0, KEY_READ, &key);
    if (error == ERROR_SUCCESS) {
        error = reg_read(key, &contents);
        RegCloseKey(key);
    }
    if (error == ERROR_FILE_NOT_FOUND && depth != 0)
        return EXIT_FINE; /* it has gone meanwhile, or is a link to nowhere */
    if (error != ERROR_SUCCESS) {
        char *path = reg_path(query->key.root_name, below);
        int status = reg_fail_error(query->tool, error, path);
        free(path);
        return depth != 0 && error == ERROR_ACCESS_DENIED ? EXIT_FINE : status;
    }
    int status = query_contents(query, below, &contents, depth);
    reg_contents_free(&contents);
    return status;
}

/* ---- The verb -------------------------------------------------------------------------------- */

static int finish(struct query *query, int status)
{
    FILE *out = query->tool->out;
    const bool values_only = query->name != NULL || query->default_value || query->typed;
    if (status != EXIT_FINE)
        return status;
    if (query->find != NULL || (values_only && query->below)) {
        if (!query->json)
            fprintf(out, "\nEnd of search: %u match(es) found.\n", query->found);
        return query->found != 0 ? EXIT_FINE : EXIT_COMMAND_FAILED;
    }
    if (query->default_value && query->found == 0) {
        char *path = reg_key_name(&query->key);
        if (!query->json)
            fprintf(out, "\n%s\n    (Default)    REG_SZ    (value not set)\n\n",
                path != NULL ? path : "");
        free(path);
        return EXIT_FINE;
    }
    if (values_only && query->found == 0)
        return reg_fail_error(query->tool, ERROR_FILE_NOT_FOUND, query->name);
    if (!query->json)
        fputc('\n', out);
    return EXIT_FINE;
}

/* /v stands alone in front of /f: names are searched. */
static void take_bare_name(int *argc, char **argv, struct query *query)
{
    for (int i = 1; i < *argc; i++) {
        if (strcasecmp(argv[i] + 1, "v") != 0 || (argv[i][0] != '/' && argv[i][0] != '-'))
            continue;
        if (i + 1 < *argc && argv[i + 1][0] != '/' && argv[i + 1][0] != '-')
            continue;
        query->any_name = true;
        memmove(argv + i, argv + i + 1, (size_t)(*argc - i - 1) * sizeof(*argv));
        --*argc;
    }
}

int reg_query(struct tool *tool, int argc, char **argv)
{
    struct query query = {.tool = tool, .separator = "\\0"};
    const char *word = NULL, *type = NULL;
    const struct reg_option options[] = {{"v", &query.name, NULL}, {"f", &query.find, NULL},
        {"t", &type, NULL}, {"se", &query.separator, NULL}, {"ve", NULL, &query.default_value},
        {"s", NULL, &query.below}, {"z", NULL, &query.numbers}, {"k", NULL, &query.keys_only},
        {"d", NULL, &query.data_only}, {"c", NULL, &query.exact_case}, {"e", NULL, &query.exact},
        {"json", NULL, &query.json}, {"reg:32", NULL, &(bool){false}},
        {"reg:64", NULL, &(bool){false}}, {0}};

    take_bare_name(&argc, argv, &query);
    int words = reg_options(tool, argc, argv, options, &word, 1);
    if (words < 0)
        return EXIT_USAGE;
    if (words == 0)
        return reg_usage(tool, "Which key to query is missing.");
    if ((query.keys_only || query.data_only || query.exact || query.exact_case || query.any_name) &&
        query.find == NULL)
        return reg_usage(
            tool, "/k, /d, /c, /e, and /v without a name, belong to a search: /f DATA is missing.");
    query.typed = type != NULL;
    if (type != NULL && !reg_type_parse(type, &query.type))
        return reg_usage(tool, "'%s' is no type; one is REG_SZ, REG_DWORD, ….", type);
    if (!reg_key_parse(tool, word, &query.key))
        return EXIT_USAGE;
    int status = finish(&query, query_key(&query, query.key.below, 0));
    reg_key_free(&query.key);
    return status;
}
