/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The tree of devices as programs walk it: each device that is there says in its key Control which
 * one it is below. Children are in the order of the registry.
 */
#include "setup.h"

#include <stdlib.h>

/* malloc's; NULL: the device is not there, or it is the root. */
static WCHAR *SetupParent(const WCHAR *Id)
{
    DWORD Type, Bytes;
    HKEY Key;

    if (SetupOpen(Id, u"Control", &Key) != ERROR_SUCCESS)
        return NULL;
    WCHAR *Parent = SetupReadValue(Key, u"Parent", &Type, &Bytes);
    RegCloseKey(Key);
    if (Parent != NULL && Type != REG_SZ) {
        free(Parent);
        Parent = NULL;
    }
    return Parent;
}

/* What a walk is asked for; *Id: where from. */
static CONFIGRET SetupBeginWalk(PDEVINST Found, DEVINST From, ULONG Flags, const WCHAR **Id)
{
    if (Found == NULL)
        return CR_INVALID_POINTER;
    *Found = 0;
    *Id = SetupId(From);
    if (Flags != 0)
        return CR_INVALID_FLAG;
    return *Id != NULL ? CR_SUCCESS : CR_INVALID_DEVNODE;
}

CONFIGRET WINAPI CM_Get_Parent(PDEVINST pdnDevInst, DEVINST dnDevInst, ULONG ulFlags)
{
    const WCHAR *Id;
    CONFIGRET Result = SetupBeginWalk(pdnDevInst, dnDevInst, ulFlags, &Id);

    if (Result != CR_SUCCESS)
        return Result;
    WCHAR *Parent = SetupParent(Id);
    if (Parent == NULL)
        return CR_NO_SUCH_DEVNODE;
    *pdnDevInst = SetupNumber(Parent);
    free(Parent);
    return *pdnDevInst != 0 ? CR_SUCCESS : CR_OUT_OF_MEMORY;
}

/* The first device below Parent that comes behind After in the registry (NULL: the first of
 * all). */
static CONFIGRET SetupFindBelow(const WCHAR *Parent, const WCHAR *After, PDEVINST Found)
{
    HDEVINFO All = SetupDiGetClassDevsW(NULL, NULL, NULL, DIGCF_PRESENT | DIGCF_ALLCLASSES);

    if (All == INVALID_HANDLE_VALUE)
        return CR_OUT_OF_MEMORY;
    const SETUP_SET *Set = All;
    BOOL Behind = After == NULL;
    for (SIZE_T Index = 0; Index < Set->Devices && *Found == 0; Index++) {
        WCHAR *Above = Behind ? SetupParent(Set->Device[Index].Id) : NULL;
        if (Above != NULL && SetupSameText(Above, Parent))
            *Found = Set->Device[Index].Instance;
        free(Above);
        Behind = Behind || SetupSameText(Set->Device[Index].Id, After);
    }
    SetupDiDestroyDeviceInfoList(All);
    return *Found != 0 ? CR_SUCCESS : CR_NO_SUCH_DEVNODE;
}

CONFIGRET WINAPI CM_Get_Child(PDEVINST pdnDevInst, DEVINST dnDevInst, ULONG ulFlags)
{
    const WCHAR *Id;
    CONFIGRET Result = SetupBeginWalk(pdnDevInst, dnDevInst, ulFlags, &Id);

    return Result == CR_SUCCESS ? SetupFindBelow(Id, NULL, pdnDevInst) : Result;
}

CONFIGRET WINAPI CM_Get_Sibling(PDEVINST pdnDevInst, DEVINST dnDevInst, ULONG ulFlags)
{
    const WCHAR *Id;
    CONFIGRET Result = SetupBeginWalk(pdnDevInst, dnDevInst, ulFlags, &Id);
    WCHAR *Parent = Result == CR_SUCCESS ? SetupParent(Id) : NULL;

    if (Result == CR_SUCCESS)
        Result = Parent != NULL ? SetupFindBelow(Parent, Id, pdnDevInst) : CR_NO_SUCH_DEVNODE;
    free(Parent);
    return Result;
}
