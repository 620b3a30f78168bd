/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Resources: what DOTSYS_RESOURCE put into sections of the program's objects. Each adds itself to a
 * list before main; the list only grows, so looking through it takes no lock.
 */
#include "client.h"

#include <stdlib.h>

#define BASEP_RCDATA 10u

static DOTSYS_RESOURCE_ENTRY *BasepResources;

void dotsys_add_resource(DOTSYS_RESOURCE_ENTRY *entry)
{
    entry->Next = __atomic_load_n(&BasepResources, __ATOMIC_ACQUIRE);
    while (!__atomic_compare_exchange_n(
        &BasepResources, &entry->Next, entry, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        ;
}

/* What is no pointer is an identifier: MAKEINTRESOURCE. "#101" is one as well. 0: a name, which
 * none of ours has. */
static WORD BasepIdOfA(const char *Name)
{
    if ((ULONG_PTR)Name <= MAXUSHORT)
        return (WORD)(ULONG_PTR)Name;
    return Name[0] == '#' ? (WORD)strtoul(Name + 1, NULL, 10) : 0;
}

static WORD BasepIdOfW(const WCHAR *Name)
{
    ULONG Id = 0;

    if ((ULONG_PTR)Name <= MAXUSHORT)
        return (WORD)(ULONG_PTR)Name;
    if (Name[0] != u'#')
        return 0;
    for (SIZE_T i = 1; Name[i] >= u'0' && Name[i] <= u'9'; i++)
        Id = Id * 10 + (ULONG)(Name[i] - u'0');
    return (WORD)Id;
}

static HRSRC BasepFindResource(HMODULE Module, WORD Id, WORD Type)
{
    DOTSYS_RESOURCE_ENTRY *Entry = __atomic_load_n(&BasepResources, __ATOMIC_ACQUIRE);
    DWORD Error = Entry == NULL ? ERROR_RESOURCE_DATA_NOT_FOUND : ERROR_RESOURCE_NAME_NOT_FOUND;

    if (Module != NULL)
        Error = ERROR_RESOURCE_DATA_NOT_FOUND;
    else if (Entry != NULL && Type != BASEP_RCDATA)
        Error = ERROR_RESOURCE_TYPE_NOT_FOUND;
    else {
        for (; Entry != NULL; Entry = Entry->Next) {
            if (Id != 0 && Entry->Id == Id)
                return Entry;
        }
    }
    BasepFailWin32(Error);
    return NULL;
}

HRSRC WINAPI FindResourceA(HMODULE hModule, LPCSTR lpName, LPCSTR lpType)
{
    return BasepFindResource(hModule, BasepIdOfA(lpName), BasepIdOfA(lpType));
}

HRSRC WINAPI FindResourceW(HMODULE hModule, LPCWSTR lpName, LPCWSTR lpType)
{
    return BasepFindResource(hModule, BasepIdOfW(lpName), BasepIdOfW(lpType));
}

HGLOBAL WINAPI LoadResource(HMODULE hModule, HRSRC hResInfo)
{
    (void)hModule;
    return hResInfo; /* LockResource knows where its data are */
}

LPVOID WINAPI LockResource(HGLOBAL hResData)
{
    const DOTSYS_RESOURCE_ENTRY *Entry = hResData;

    return Entry != NULL ? (void *)(ULONG_PTR)Entry->Data : NULL;
}

DWORD WINAPI SizeofResource(HMODULE hModule, HRSRC hResInfo)
{
    (void)hModule;
    return hResInfo != NULL ? (DWORD)((const char *)hResInfo->End - (const char *)hResInfo->Data)
                            : 0;
}
