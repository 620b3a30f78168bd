/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Sizes by typedef name in the narrow ABI. A name that is 8 bytes in the wide one and 4 here is
 * pointer-sized, whoever declared it: no list of such names is kept. Sorted for binary search.
 */
#include "portcheck.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    char *name;
    long long size;
};

struct pc_sizes {
    struct entry *entries;
    size_t count;
};

static enum CXChildVisitResult collect(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct pc_sizes *sizes = data;

    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_TypedefDecl) {
        long long size = clang_Type_getSizeOf(clang_getTypedefDeclUnderlyingType(cursor));
        if (size > 0) {
            sizes->entries = pc_grow(sizes->entries, sizes->count, sizeof(*sizes->entries));
            sizes->entries[sizes->count++] = (struct entry){
                pc_take(clang_getCursorSpelling(cursor)), size};
        }
    }
    return CXChildVisit_Continue;
}

static int compare(const void *left, const void *right)
{
    const struct entry *one = left, *other = right;

    return strcmp(one->name, other->name);
}

struct pc_sizes *pc_measure_typedefs(CXTranslationUnit unit)
{
    struct pc_sizes *sizes = pc_allocate(sizeof(*sizes));

    clang_visitChildren(clang_getTranslationUnitCursor(unit), collect, sizes);
    if (sizes->count > 1)
        qsort(sizes->entries, sizes->count, sizeof(*sizes->entries), compare);
    return sizes;
}

long long pc_narrow_size(const struct pc_sizes *sizes, const char *name)
{
    size_t low = 0, high = sizes->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, sizes->entries[middle].name);
        if (order == 0)
            return sizes->entries[middle].size;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

void pc_free_sizes(struct pc_sizes *sizes)
{
    if (sizes == NULL)
        return;
    for (size_t i = 0; i < sizes->count; i++)
        free(sizes->entries[i].name);
    free(sizes->entries);
    free(sizes);
}
