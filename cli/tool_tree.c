/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* dotsys tree: the object namespace, directories in depth, with types and the targets of symbolic
 * links. */
#include "tool.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "json.h"

#include "rtl/rtl.h"

const char cmd_tree_help[] = "Usage: dotsys tree [--machine DIR] [--user] [PATH] [--json]\n"
                             "\n"
                             "Shows the objects of a machine by name, from PATH (\\) downwards: "
                             "type, and where a symbolic link leads.\n"
                             "\n"
                             "Exit status: 0 fine, 1 there is no such directory, 2 usage.\n"
                             "\n"
                             "Example:\n"
                             "  dotsys tree '\\Device'\n";

#define DEPTH_LIMIT 16

struct tree {
    struct tool *tool;
    bool json;
};

/* One entry, kept until its directory has been read to the end: reading goes on from a position. */
struct entry {
    WCHAR *name; /* and the type behind it, both with an end */
    const WCHAR *type;
};

static NTSTATUS open_directory(const UNICODE_STRING *path, HANDLE *directory)
{
    OBJECT_ATTRIBUTES object;

    InitializeObjectAttributes(
        &object, (UNICODE_STRING *)(ULONG_PTR)path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return SysOpenDirectoryObject(directory, DIRECTORY_QUERY, &object);
}

static bool keep(struct entry **entries, size_t *count, const OBJECT_DIRECTORY_INFORMATION *found)
{
    struct entry *moved = realloc(*entries, (*count + 1) * sizeof(*moved));
    size_t name = found->Name.Length / sizeof(WCHAR), type = found->TypeName.Length / sizeof(WCHAR);

    if (moved == NULL)
        return false;
    *entries = moved;
    struct entry *entry = &moved[*count];
    entry->name = calloc(name + type + 2, sizeof(WCHAR));
    if (entry->name == NULL)
        return false;
    memcpy(entry->name, found->Name.Buffer, found->Name.Length);
    memcpy(entry->name + name + 1, found->TypeName.Buffer, found->TypeName.Length);
    entry->type = entry->name + name + 1;
    (*count)++;
    return true;
}

static NTSTATUS read_directory(HANDLE directory, struct entry **entries, size_t *count)
{
    _Alignas(OBJECT_DIRECTORY_INFORMATION) UCHAR buffer[4096];
    ULONG context = 0, returned;
    BOOLEAN restart = TRUE;

    for (;; restart = FALSE) {
        NTSTATUS status = SysQueryDirectoryObject(
            directory, buffer, sizeof(buffer), FALSE, restart, &context, &returned);
        if (status == STATUS_NO_MORE_ENTRIES)
            return STATUS_SUCCESS;
        if (!NT_SUCCESS(status))
            return status;
        const OBJECT_DIRECTORY_INFORMATION *found = (OBJECT_DIRECTORY_INFORMATION *)(void *)buffer;
        for (; found->Name.Length != 0; found++) {
            if (!keep(entries, count, found))
                return STATUS_NO_MEMORY;
        }
        if (status != STATUS_MORE_ENTRIES)
            return STATUS_SUCCESS;
    }
}

static int compare_entries(const void *a, const void *b)
{
    UNICODE_STRING x, y;

    RtlInitUnicodeString(&x, ((const struct entry *)a)->name);
    RtlInitUnicodeString(&y, ((const struct entry *)b)->name);
    return RtlCompareUnicodeString(&x, &y, TRUE);
}

/* UTF-8; "" when there is no memory. Freed with free. */
static char *narrow(const WCHAR *text, size_t bytes)
{
    UNICODE_STRING string = {(USHORT)bytes, (USHORT)bytes, (WCHAR *)(ULONG_PTR)text};
    ULONG length = 0;
    char *result = calloc(1, bytes * 3 / 2 + 1);

    if (result != NULL && bytes > 0)
        RtlUnicodeToUTF8N(result, (ULONG)(bytes * 3 / 2), &length, string.Buffer, string.Length);
    return result;
}

static size_t wide_length(const WCHAR *text)
{
    size_t length = 0;

    while (text[length] != 0)
        length++;
    return length;
}

/* Where a link leads; NULL: it is none, or not for this user. */
static char *link_target(const UNICODE_STRING *path, const WCHAR *type)
{
    WCHAR text[1024];
    UNICODE_STRING target = {0, sizeof(text), text};
    OBJECT_ATTRIBUTES object;
    HANDLE link;
    char *result = NULL;

    if (memcmp(type, u"SymbolicLink", sizeof(u"SymbolicLink")) != 0)
        return NULL;
    InitializeObjectAttributes(
        &object, (UNICODE_STRING *)(ULONG_PTR)path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (!NT_SUCCESS(SysOpenSymbolicLinkObject(&link, SYMBOLIC_LINK_QUERY, &object)))
        return NULL;
    if (NT_SUCCESS(SysQuerySymbolicLinkObject(link, &target, NULL)))
        result = narrow(text, target.Length);
    SysClose(link);
    return result;
}

static void show(
    const struct tree *tree, const UNICODE_STRING *path, const struct entry *entry, int depth)
{
    char *name = narrow(entry->name, wide_length(entry->name) * sizeof(WCHAR));
    char *type = narrow(entry->type, wide_length(entry->type) * sizeof(WCHAR));
    char *target = link_target(path, entry->type), *whole = narrow(path->Buffer, path->Length);

    if (name != NULL && type != NULL && whole != NULL && tree->json) {
        json_object *object = json_object_new_object();
        json_add_string(object, "path", whole);
        json_add_string(object, "type", type);
        if (target != NULL)
            json_add_string(object, "target", target);
        json_write(tree->tool->out, object);
    } else if (name != NULL && type != NULL) {
        fprintf(tree->tool->out, "%*s%-*s %s%s%s\n", depth * 2, "", 36 - depth * 2, name, type,
            target != NULL ? " -> " : "", target != NULL ? target : "");
    }
    free(name);
    free(type);
    free(target);
    free(whole);
}

static void walk(const struct tree *tree, const UNICODE_STRING *path, HANDLE directory, int depth);

/* Path of an entry of a directory. FALSE: too long, or out of memory. */
static BOOLEAN join(const UNICODE_STRING *directory, const WCHAR *name, UNICODE_STRING *path)
{
    BOOLEAN root = directory->Length == sizeof(WCHAR);
    size_t bytes = directory->Length + (wide_length(name) + 1) * sizeof(WCHAR);

    if (bytes > MAXUSHORT)
        return FALSE;
    *path = (UNICODE_STRING){0, (USHORT)bytes, malloc(bytes)};
    if (path->Buffer == NULL)
        return FALSE;
    RtlAppendUnicodeStringToString(path, (UNICODE_STRING *)(ULONG_PTR)directory);
    if (!root)
        RtlAppendUnicodeToString(path, u"\\");
    RtlAppendUnicodeToString(path, (WCHAR *)(ULONG_PTR)name);
    return TRUE;
}

static void walk_entry(
    const struct tree *tree, const UNICODE_STRING *directory, const struct entry *entry, int depth)
{
    UNICODE_STRING path;
    HANDLE below;

    if (!join(directory, entry->name, &path))
        return;
    show(tree, &path, entry, depth);
    if (depth < DEPTH_LIMIT && memcmp(entry->type, u"Directory", sizeof(u"Directory")) == 0 &&
        NT_SUCCESS(open_directory(&path, &below))) {
        walk(tree, &path, below, depth + 1);
        SysClose(below);
    }
    free(path.Buffer);
}

static void walk(const struct tree *tree, const UNICODE_STRING *path, HANDLE directory, int depth)
{
    struct entry *entries = NULL;
    size_t count = 0;

    NTSTATUS status = read_directory(directory, &entries, &count);
    if (count > 0)
        qsort(entries, count, sizeof(*entries), compare_entries);
    for (size_t i = 0; i < count; i++) {
        walk_entry(tree, path, &entries[i], depth);
        free(entries[i].name);
    }
    free(entries);
    if (!NT_SUCCESS(status))
        fprintf(tree->tool->err, "dotsys tree: a directory cannot be read to the end: 0x%08X\n",
            (unsigned)status);
}

int tool_tree(struct tool *tool, int argc, char **argv)
{
    struct tree tree = {tool, false};
    const char *start = NULL;
    BASEP_WIDE wide;
    UNICODE_STRING path;
    HANDLE directory;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            tree.json = true;
        else if (argv[i][0] == '-' || start != NULL)
            return fprintf(tool->err, "dotsys tree: '%s' is not understood\n", argv[i]), EXIT_USAGE;
        else
            start = argv[i];
    }
    NTSTATUS status = BasepWiden(start != NULL ? start : "\\", &wide);
    if (!NT_SUCCESS(status))
        return EXIT_COMMAND_FAILED;
    RtlInitUnicodeString(&path, wide.Text);
    status = open_directory(&path, &directory);
    if (NT_SUCCESS(status)) {
        walk(&tree, &path, directory, 0);
        SysClose(directory);
    } else {
        fprintf(tool->err, "dotsys tree: there is no directory %s: %s (0x%08X)\n",
            start != NULL ? start : "\\", RtlpStatusName(status), (unsigned)status);
    }
    BasepFreeWide(&wide);
    return NT_SUCCESS(status) ? EXIT_FINE : EXIT_COMMAND_FAILED;
}
