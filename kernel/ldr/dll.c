/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Drivers that are libraries: DllInitialize when an import loaded one, DllUnload when no importer
 * is left. As on Windows a library without DllInitialize is simply loaded, and one without
 * DllUnload never goes: only the end of the machine unmaps it.
 */
#include "ldr/ldrp.h"

#include <string.h>

typedef NTSTATUS(NTAPI *LDRP_DLL_INITIALIZE)(UNICODE_STRING *RegistryPath);
typedef NTSTATUS(NTAPI *LDRP_DLL_UNLOAD)(void);

static const char LdrpServices[] = "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";

typedef struct LDRP_REGISTRY_PATH {
    UNICODE_STRING String;
    WCHAR Buffer[sizeof(LdrpServices) + 64];
} LDRP_REGISTRY_PATH;

static void LdrpAppend(LDRP_REGISTRY_PATH *Path, const char *Text, SIZE_T Count)
{
    for (SIZE_T Index = 0; Index < Count; Index++)
        Path->Buffer[Path->String.Length / sizeof(WCHAR) + Index] = (UCHAR)Text[Index];
    Path->String.Length += (USHORT)(Count * sizeof(WCHAR));
}

/* The key a service of the library's name would have. */
static void LdrpMakeRegistryPath(LDRP_REGISTRY_PATH *Path, const char *Name)
{
    const char *Dot = strrchr(Name, '.');

    memset(Path, 0, sizeof(*Path));
    Path->String.Buffer = Path->Buffer;
    Path->String.MaximumLength = sizeof(Path->Buffer);
    LdrpAppend(Path, LdrpServices, sizeof(LdrpServices) - 1);
    LdrpAppend(Path, Name, Dot != NULL ? (SIZE_T)(Dot - Name) : strlen(Name));
}

NTSTATUS LdrpCallDllInitialize(LDRP_IMAGE *Image, LDR_ERROR *Error)
{
    LDRP_DLL_INITIALIZE Initialize = (LDRP_DLL_INITIALIZE)LdrpFindExport(Image, "DllInitialize");
    LDRP_REGISTRY_PATH Path;

    if (Initialize != NULL) {
        LdrpMakeRegistryPath(&Path, Image->Public.Name);
        NTSTATUS Status = Initialize(&Path.String);
        if (!NT_SUCCESS(Status))
            return LdrpFail(Error, Status, "%s: its DllInitialize returned %#x", Image->Public.Name,
                (ULONG)Status);
    }
    Image->Initialized = TRUE;
    return STATUS_SUCCESS;
}

BOOLEAN LdrpCallDllUnload(LDRP_IMAGE *Image)
{
    LDRP_DLL_UNLOAD Unload = (LDRP_DLL_UNLOAD)LdrpFindExport(Image, "DllUnload");

    return Unload != NULL && NT_SUCCESS(Unload());
}
