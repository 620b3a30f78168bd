/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The configuration manager's calls about devices. */
#include "setup.h"

#include <stdlib.h>
#include <string.h>

CONFIGRET WINAPI CM_Locate_DevNodeW(PDEVINST pdnDevInst, DEVINSTID_W pDeviceID, ULONG ulFlags)
{
    HKEY Key;

    if (pdnDevInst == NULL)
        return CR_INVALID_POINTER;
    *pdnDevInst = 0;
    if (ulFlags & ~(ULONG)CM_LOCATE_DEVNODE_PHANTOM)
        return CR_INVALID_FLAG;
    if (pDeviceID == NULL || *pDeviceID == 0)
        pDeviceID = (WCHAR *)(ULONG_PTR)SETUP_TREE;
    if (BasepWideLength(pDeviceID) > MAX_DEVICE_ID_LEN)
        return CR_INVALID_DEVICE_ID;
    if (SetupSameText(pDeviceID, SETUP_TREE)) {
        *pdnDevInst = SetupNumber(SETUP_TREE);
        return *pdnDevInst != 0 ? CR_SUCCESS : CR_OUT_OF_MEMORY;
    }
    if (SetupOpen(pDeviceID, NULL, &Key) != ERROR_SUCCESS)
        return CR_NO_SUCH_DEVNODE;
    RegCloseKey(Key);
    if (!(ulFlags & CM_LOCATE_DEVNODE_PHANTOM) && !SetupIsPresent(pDeviceID))
        return CR_NO_SUCH_DEVNODE;
    *pdnDevInst = SetupNumber(pDeviceID);
    return *pdnDevInst != 0 ? CR_SUCCESS : CR_OUT_OF_MEMORY;
}

CONFIGRET WINAPI CM_Locate_DevNodeA(PDEVINST pdnDevInst, DEVINSTID_A pDeviceID, ULONG ulFlags)
{
    BASEP_WIDE Wide;

    if (!NT_SUCCESS(BasepWiden(pDeviceID, &Wide)))
        return CR_OUT_OF_MEMORY;
    CONFIGRET Result = CM_Locate_DevNodeW(pdnDevInst, Wide.Text, ulFlags);
    BasepFreeWide(&Wide);
    return Result;
}

CONFIGRET WINAPI CM_Get_Device_ID_Size(ULONG *pulLen, DEVINST dnDevInst, ULONG ulFlags)
{
    const WCHAR *Id = SetupId(dnDevInst);

    if (pulLen == NULL)
        return CR_INVALID_POINTER;
    if (ulFlags != 0)
        return CR_INVALID_FLAG;
    *pulLen = Id != NULL ? (ULONG)BasepWideLength(Id) : 0;
    return Id != NULL ? CR_SUCCESS : CR_INVALID_DEVNODE;
}

/* The identifier that is asked for; NULL: *Result says why not. */
static const WCHAR *SetupAskedId(
    DEVINST Instance, const void *Buffer, ULONG Flags, CONFIGRET *Result)
{
    const WCHAR *Id = SetupId(Instance);

    *Result = Buffer == NULL ? CR_INVALID_POINTER
        : Flags != 0         ? CR_INVALID_FLAG
        : Id == NULL         ? CR_INVALID_DEVNODE
                             : CR_SUCCESS;
    return *Result == CR_SUCCESS ? Id : NULL;
}

CONFIGRET WINAPI CM_Get_Device_IDW(DEVINST dnDevInst, WCHAR *Buffer, ULONG BufferLen, ULONG ulFlags)
{
    CONFIGRET Result;
    const WCHAR *Id = SetupAskedId(dnDevInst, Buffer, ulFlags, &Result);

    if (Id == NULL)
        return Result;
    SIZE_T Units = BasepWideLength(Id);
    if (BufferLen < Units)
        return CR_BUFFER_SMALL;
    memcpy(Buffer, Id, Units * sizeof(WCHAR));
    if (BufferLen > Units)
        Buffer[Units] = 0;
    return CR_SUCCESS;
}

CONFIGRET WINAPI CM_Get_Device_IDA(DEVINST dnDevInst, CHAR *Buffer, ULONG BufferLen, ULONG ulFlags)
{
    CONFIGRET Result;
    const WCHAR *Id = SetupAskedId(dnDevInst, Buffer, ulFlags, &Result);

    if (Id == NULL)
        return Result;
    SIZE_T Units = BasepWideLength(Id), Bytes = BasepUtf8FromUtf16(Id, Units, NULL, 0);
    if (BufferLen < Bytes)
        return CR_BUFFER_SMALL;
    BasepUtf8FromUtf16(Id, Units, Buffer, Bytes);
    if (BufferLen > Bytes)
        Buffer[Bytes] = 0;
    return CR_SUCCESS;
}

CONFIGRET WINAPI CM_Get_DevNode_Status(
    ULONG *pulStatus, ULONG *pulProblemNumber, DEVINST dnDevInst, ULONG ulFlags)
{
    const WCHAR *Id = SetupId(dnDevInst);
    DWORD Type, Bytes;
    HKEY Key;

    if (pulStatus == NULL || pulProblemNumber == NULL)
        return CR_INVALID_POINTER;
    if (ulFlags != 0)
        return CR_INVALID_FLAG;
    if (Id == NULL)
        return CR_INVALID_DEVNODE;
    if (SetupSameText(Id, SETUP_TREE)) {
        *pulStatus = DN_ROOT_ENUMERATED | DN_DRIVER_LOADED | DN_ENUM_LOADED | DN_STARTED;
        *pulProblemNumber = 0;
        return CR_SUCCESS;
    }
    if (SetupOpen(Id, u"Control", &Key) != ERROR_SUCCESS)
        return CR_NO_SUCH_DEVNODE;
    *pulStatus = DN_ENUM_LOADED;
    *pulProblemNumber = 0;
    DWORD *Problem = SetupReadValue(Key, u"Problem", &Type, &Bytes);
    if (Problem == NULL)
        *pulStatus |= DN_STARTED | DN_DRIVER_LOADED;
    else if (Bytes == sizeof(*Problem) && *Problem != 0) {
        *pulStatus |= DN_HAS_PROBLEM;
        *pulProblemNumber = *Problem;
    }
    free(Problem);
    RegCloseKey(Key);
    return CR_SUCCESS;
}

/* ---- interfaces ------------------------------------------------------------------------------ */

/* A set; NULL: *Result says why. */
static SETUP_SET *SetupList(const GUID *Class, const WCHAR *Id, ULONG Flags, CONFIGRET *Result)
{
    SETUP_SET *Set = calloc(1, sizeof(*Set));

    *Result = Class == NULL                                          ? CR_INVALID_POINTER
        : (Flags & ~(ULONG)CM_GET_DEVICE_INTERFACE_LIST_ALL_DEVICES) ? CR_INVALID_FLAG
        : Set == NULL                                                ? CR_OUT_OF_MEMORY
                                                                     : CR_SUCCESS;
    if (*Result == CR_SUCCESS &&
        !SetupReadInterfaces(Set, Class, Id, !(Flags & CM_GET_DEVICE_INTERFACE_LIST_ALL_DEVICES)))
        *Result = CR_OUT_OF_MEMORY;
    if (*Result == CR_SUCCESS)
        return Set;
    if (Set != NULL)
        SetupFree(Set);
    return NULL;
}

static SIZE_T SetupListUnits(const SETUP_SET *Set)
{
    SIZE_T Units = 1;

    for (SIZE_T Index = 0; Index < Set->Interfaces; Index++)
        Units += BasepWideLength(Set->Interface[Index].Path) + 1;
    return Units;
}

CONFIGRET WINAPI CM_Get_Device_Interface_List_SizeW(
    ULONG *pulLen, GUID *InterfaceClassGuid, DEVINSTID_W pDeviceID, ULONG ulFlags)
{
    CONFIGRET Result;

    if (pulLen == NULL)
        return CR_INVALID_POINTER;
    *pulLen = 0;
    SETUP_SET *Set = SetupList(InterfaceClassGuid, pDeviceID, ulFlags, &Result);
    if (Set == NULL)
        return Result;
    *pulLen = (ULONG)SetupListUnits(Set);
    SetupFree(Set);
    return CR_SUCCESS;
}

CONFIGRET WINAPI CM_Get_Device_Interface_ListW(
    GUID *InterfaceClassGuid, DEVINSTID_W pDeviceID, WCHAR *Buffer, ULONG BufferLen, ULONG ulFlags)
{
    CONFIGRET Result;

    if (Buffer == NULL || BufferLen == 0)
        return CR_INVALID_POINTER;
    SETUP_SET *Set = SetupList(InterfaceClassGuid, pDeviceID, ulFlags, &Result);
    if (Set == NULL)
        return Result;
    if (SetupListUnits(Set) > BufferLen) {
        SetupFree(Set);
        return CR_BUFFER_SMALL;
    }
    for (SIZE_T Index = 0; Index < Set->Interfaces; Index++) {
        SIZE_T Units = BasepWideLength(Set->Interface[Index].Path) + 1;
        memcpy(Buffer, Set->Interface[Index].Path, Units * sizeof(WCHAR));
        Buffer += Units;
    }
    *Buffer = 0;
    SetupFree(Set);
    return CR_SUCCESS;
}
