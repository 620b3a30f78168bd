/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * #include "Inc\Foo.h" means inc/foo.h to Windows and nothing to a compiler here. Before a source
 * is compiled, it and the project's headers it includes are looked through; for each name that only
 * Windows would find, a file of exactly that name is laid into a folder of the build's, which
 * includes the right one. That folder is eight levels deep, so that a name may begin with "../".
 *
 * Conditions around an #include are not looked at: a name that leads nowhere is the compiler's to
 * complain about.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "ddk.h"

struct search {
    struct ddk_build *build;
    struct ddk_project *project;
    struct ddk_list seen;
};

static void look_through(struct search *search, const char *path);

/* What a name means in a folder: itself, in another spelling, or nothing. */
static const char *find_in(const char *folder, const char *name, bool *exact)
{
    const char *spelled = ddk_format("%s/%s", folder, name), *found;

    *exact = ddk_exists(name[0] == '/' ? name : spelled);
    found = *exact ? ddk_absolute(folder, name) : ddk_resolve(ddk_absolute(folder, name));
    return found != NULL && !ddk_is_folder(found) ? found : NULL;
}

static const char *find(
    const struct search *search, const char *from, const char *name, bool quoted, bool *exact)
{
    const struct ddk_list *includes = &search->project->includes;
    const char *found = quoted ? find_in(from, name, exact) : NULL;

    for (size_t i = 0; found == NULL && i < includes->count; i++)
        found = find_in(includes->item[i], name, exact);
    if (found == NULL)
        found = find_in(search->build->tools.ddk, name, exact);
    return found != NULL ? found : find_in(search->build->tools.include, name, exact);
}

static void lay(struct search *search, const char *from, const char *name, const char *target)
{
    const char *path = ddk_format("%s/%s", search->project->names, name),
               *text = ddk_format("#include \"%s\"\n", target);
    struct ddk_list *laid = &search->project->laid;

    if (ddk_has(laid, path)) {
        const char *there = ddk_read(path, NULL);
        if (there == NULL || strcmp(there, text) != 0)
            ddk_warning(search->build, from, 0,
                "\"%s\" means another file here than elsewhere in this project", name);
        return;
    }
    ddk_add(laid, path);
    if (!ddk_make_folders(search->project->names) || !ddk_make_folders(ddk_folder(path)) ||
        !ddk_write(path, text, strlen(text)))
        ddk_error(search->build, path, 0, "%s", strerror(errno));
}

static char *with_slashes(const char *name)
{
    char *copy = ddk_copy(name, strlen(name));

    for (char *letter = copy; *letter != '\0'; letter++) {
        if (*letter == '\\')
            *letter = '/';
    }
    return copy;
}

static void include(struct search *search, const char *from, const char *name, bool quoted)
{
    bool exact;
    const char *found = find(search, ddk_folder(from), name, quoted, &exact);

    if (found == NULL)
        return;
    if (!exact) {
        lay(search, from, name, found);
        /* gcc takes a backslash as it is, clang as a slash. */
        if (strchr(name, '\\') != NULL)
            lay(search, from, with_slashes(name), found);
    }
    if (strncmp(found, search->build->tools.include, strlen(search->build->tools.include)) != 0)
        look_through(search, found);
}

/* The name in an #include line; NULL: it is none. */
static char *included_name(const char *line, bool *quoted)
{
    line += strspn(line, " \t");
    if (*line++ != '#')
        return NULL;
    line += strspn(line, " \t");
    if (strncmp(line, "include", 7) != 0)
        return NULL;
    line += 7;
    line += strspn(line, " \t");
    if (*line != '"' && *line != '<')
        return NULL;
    *quoted = *line == '"';
    size_t length = strcspn(line + 1, *quoted ? "\"\n" : ">\n");
    return line[1 + length] == '\n' || line[1 + length] == '\0' ? NULL : ddk_copy(line + 1, length);
}

static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        bool begins = at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');
        if (begins && !(isalnum((unsigned char)at[length]) || at[length] == '_'))
            return true;
    }
    return false;
}

static void look_through(struct search *search, const char *path)
{
    const char *text;

    if (ddk_has(&search->seen, path))
        return;
    ddk_add(&search->seen, path);
    text = ddk_read(path, NULL);
    if (text == NULL)
        return; /* the compiler will say so */
    if (!ddk_has(&search->project->read, path))
        ddk_add(&search->project->read, path);
    search->project->try_somewhere |=
        has_word(text, "__try") || has_word(text, "_try") || has_word(text, "try");
    for (const char *line = text; line != NULL; line = strchr(line, '\n'), line += line != NULL) {
        bool quoted;
        const char *name = included_name(line, &quoted);
        if (name != NULL)
            include(search, path, name, quoted);
    }
}

void ddk_include_names(struct ddk_build *build, struct ddk_project *project, const char *source)
{
    struct search search = {.build = build, .project = project};

    project->names = ddk_format("%s/names/1/2/3/4/5/6/7/8", project->objects);
    look_through(&search, source);
}
