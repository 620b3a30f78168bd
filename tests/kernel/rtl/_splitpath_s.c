/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _splitpath_s, _wsplitpath_s, _makepath_s, _wmakepath_s - paths and their parts; since Windows
 * Vista.
 */
#include "ktest.h"

typedef int(__cdecl *SPLIT)(const CHAR *Path, CHAR *Drive, SIZE_T DriveSize, CHAR *Dir,
    SIZE_T DirSize, CHAR *Name, SIZE_T NameSize, CHAR *Ext, SIZE_T ExtSize);
typedef int(__cdecl *SPLIT_WIDE)(const WCHAR *Path, WCHAR *Drive, SIZE_T DriveSize, WCHAR *Dir,
    SIZE_T DirSize, WCHAR *Name, SIZE_T NameSize, WCHAR *Ext, SIZE_T ExtSize);
typedef int(__cdecl *MAKE)(
    CHAR *Path, SIZE_T Size, const CHAR *Drive, const CHAR *Dir, const CHAR *Name, const CHAR *Ext);
typedef int(__cdecl *MAKE_WIDE)(WCHAR *Path, SIZE_T Size, const WCHAR *Drive, const WCHAR *Dir,
    const WCHAR *Name, const WCHAR *Ext);

#define INVALID 22
#define RANGE   34

static CHAR Drive[3], Dir[32], Name[32], Ext[32];

static PVOID Find(const WCHAR *Export)
{
    PVOID Address = KtestExport(Export);

    if (Address == NULL)
        skip("newer than this Windows");
    return Address;
}

static BOOLEAN Is(const CHAR *Text, const CHAR *Expected)
{
    ULONG At;

    for (At = 0; Text[At] == Expected[At]; At++) {
        if (Text[At] == 0)
            return TRUE;
    }
    return FALSE;
}

static const struct {
    const CHAR *Path, *Drive, *Dir, *Name, *Ext;
} Paths[] = {
    {"C:\\dir\\sub\\name.ext", "C:", "\\dir\\sub\\", "name", ".ext"},
    {"dir/name.tar.gz", "", "dir/", "name.tar", ".gz"},
    {"name", "", "", "name", ""},
    {"C:name.", "C:", "", "name", "."},
    {"\\a.b\\c", "", "\\a.b\\", "c", ""},
    {"C:\\", "C:", "\\", "", ""},
    {".ext", "", "", "", ".ext"},
    {"", "", "", "", ""},
};

TEST(_splitpath_s, TakesAPathApart)
{
    SPLIT Split = (SPLIT)Find(L"_splitpath_s");
    ULONG Index;

    for (Index = 0; Split != NULL && Index < RTL_NUMBER_OF(Paths); Index++) {
        CHECK_EQ(Split(Paths[Index].Path, Drive, 3, Dir, 32, Name, 32, Ext, 32), 0);
        CHECK(Is(Drive, Paths[Index].Drive));
        CHECK(Is(Dir, Paths[Index].Dir));
        CHECK(Is(Name, Paths[Index].Name));
        CHECK(Is(Ext, Paths[Index].Ext));
    }
}

TEST(_splitpath_s, ChecksBuffersAndSizes)
{
    SPLIT Split = (SPLIT)Find(L"_splitpath_s");

    if (Split == NULL)
        return;
    CHECK_EQ(Split("C:\\a\\b.c", NULL, 0, NULL, 0, Name, 2, NULL, 0), 0);
    CHECK(Is(Name, "b"));
    Drive[0] = Dir[0] = 'x';
    CHECK_EQ(Split("C:\\a\\bb.c", Drive, 3, Dir, 32, Name, 2, Ext, 32), RANGE);
    CHECK_EQ(Drive[0], 0);
    CHECK_EQ(Dir[0], 0);
    CHECK_EQ(Split("C:\\a", Drive, 2, NULL, 0, NULL, 0, NULL, 0), RANGE);
    Name[0] = 'x';
    CHECK_EQ(Split("C:\\a", Drive, 3, NULL, 4, Name, 32, NULL, 0), INVALID);
    CHECK_EQ(Name[0], 0);
    CHECK_EQ(Split("C:\\a", Drive, 0, NULL, 0, NULL, 0, NULL, 0), INVALID);
    CHECK_EQ(Split(NULL, Drive, 3, NULL, 0, NULL, 0, NULL, 0), INVALID);
}

TEST(_wsplitpath_s, TakesAPathApart)
{
    SPLIT_WIDE Split = (SPLIT_WIDE)Find(L"_wsplitpath_s");
    WCHAR D[3], F[8], N[8], E[8];

    if (Split == NULL)
        return;
    CHECK_EQ(Split(L"D:\\f\\n.e", D, 3, F, 8, N, 8, E, 8), 0);
    CHECK_EQ(RtlCompareMemory(D, L"D:", 6), 6);
    CHECK_EQ(RtlCompareMemory(F, L"\\f\\", 8), 8);
    CHECK_EQ(RtlCompareMemory(N, L"n", 4), 4);
    CHECK_EQ(RtlCompareMemory(E, L".e", 6), 6);
    CHECK_EQ(Split(L"D:\\f\\n.e", D, 3, F, 3, N, 8, E, 8), RANGE);
    CHECK_EQ(D[0], 0);
}

TEST(_makepath_s, AddsWhatIsMissing)
{
    MAKE Make = (MAKE)Find(L"_makepath_s");
    CHAR Path[32];

    if (Make == NULL)
        return;
    CHECK_EQ(Make(Path, 32, "C", "\\dir", "name", "ext"), 0);
    CHECK(Is(Path, "C:\\dir\\name.ext"));
    CHECK_EQ(Make(Path, 32, "C:", "dir/", "name", ".ext"), 0);
    CHECK(Is(Path, "C:dir/name.ext"));
    CHECK_EQ(Make(Path, 32, NULL, "", "name", NULL), 0);
    CHECK(Is(Path, "name"));
    CHECK_EQ(Make(Path, 16, "C", "\\dir", "name", "ext"), 0);
    CHECK_EQ(Make(Path, 15, "C", "\\dir", "name", "ext"), RANGE);
    CHECK_EQ(Path[0], 0);
    CHECK_EQ(Make(NULL, 15, "C", "\\dir", "name", "ext"), INVALID);
    CHECK_EQ(Make(Path, 0, "C", "\\dir", "name", "ext"), INVALID);
}

TEST(_wmakepath_s, AddsWhatIsMissing)
{
    MAKE_WIDE Make = (MAKE_WIDE)Find(L"_wmakepath_s");
    WCHAR Path[16];

    if (Make == NULL)
        return;
    CHECK_EQ(Make(Path, 16, L"C", L"\\dir", L"name", L"ext"), 0);
    CHECK_EQ(RtlCompareMemory(Path, L"C:\\dir\\name.ext", 32), 32);
    CHECK_EQ(Make(Path, 3, L"C", L"\\dir", NULL, NULL), RANGE);
    CHECK_EQ(Path[0], 0);
}
