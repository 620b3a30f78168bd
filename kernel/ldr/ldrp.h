/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Shared by the files of kernel/ldr only. LdrpMutex serialises loads and unloads and guards every
 * field here except the published part of a slot (see list.c). It may be taken twice by one thread:
 * a DllInitialize may load a driver.
 */
#pragma once

#include "ldr/ldr.h"
#include "ldr/parse.h"

#define LDRP_MAX_IMAGES 1024u
#define LDRP_MAX_DEPENDENCIES 32u
#define LDRP_MAX_DEPTH 16u /* of images importing from images, and of forwarders */

#if defined(__x86_64__)
#define LDRP_MACHINE IMAGE_FILE_MACHINE_AMD64
#else
#define LDRP_MACHINE IMAGE_FILE_MACHINE_I386
#endif

enum LDRP_STATE { LDRP_FREE, LDRP_LOADING, LDRP_LOADED };

typedef struct LDRP_IMAGE {
    LDR_IMAGE Public;
    UCHAR State;         /* enum LDRP_STATE */
    UCHAR Depth;         /* 0: asked for by name, else steps from such an image */
    BOOLEAN Initialized; /* DllInitialize has succeeded */
    ULONG Slot;
    LDRP_FILE File; /* Data is FileData, NULL once nothing needs it */
    void *FileData;
    SIZE_T FileBytes;
    ULONG PageCount; /* of the allocation at Public.Base: image, thunks, inaccessible pages */
    UCHAR *Thunks;   /* SlotCount of them, those of stub variables first (thunk.c) */
    ULONG ThunkCount;
    ULONG ThunksUsed;
    ULONG StubDataCount;
    ULONG StubDataUsed;
    UCHAR *StubData;
    ULONG EdgeCount;
    LDR_IMPORT_EDGE Edge[LDRP_MAX_DEPENDENCIES];
} LDRP_IMAGE;

static inline LDRP_IMAGE *LdrpPrivate(LDR_IMAGE *Image)
{
    return CONTAINING_RECORD(Image, LDRP_IMAGE, Public);
}

/* Fills Error; returns Status. */
NTSTATUS LdrpFail(LDR_ERROR *Error, NTSTATUS Status, const char *Format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- list.c --------------------------------------------------------------------------------- */

extern KMUTEX LdrpMutex;

NTSTATUS LdrpReserve(LDRP_IMAGE **Image); /* a zeroed image in state LOADING */
void LdrpReturn(LDRP_IMAGE *Image);       /* the reverse; it owns nothing any more */
void LdrpPublish(LDRP_IMAGE *Image);      /* LdrFindImage finds it from now on; tells debuggers */
void LdrpUnpublish(LDRP_IMAGE *Image);
LDRP_IMAGE *LdrpFindByPath(const char *HostPath);
/* By file name in any case; Stem: without its extension. Loaded or being loaded. */
LDRP_IMAGE *LdrpFindByName(const char *Name, BOOLEAN Stem);
LDRP_IMAGE *LdrpSlotImage(ULONG Slot); /* NULL: never used */
void LdrpFreeSlots(void);

/* ---- load.c --------------------------------------------------------------------------------- */

NTSTATUS LdrpReadFile(const char *HostPath, void **Data, SIZE_T *Bytes, LDR_ERROR *Error);
/* Loads what LdrpReadFile read from HostPath, and owns it: it is freed when the load fails. */
NTSTATUS LdrpLoad(const char *HostPath, void *Data, SIZE_T Bytes, ULONG Depth, LDRP_IMAGE **Image,
    LDR_ERROR *Error);
void LdrpRelease(LDRP_IMAGE *Image);
const char *LdrpFileName(const char *HostPath);

/* ---- import.c ------------------------------------------------------------------------------- */

/* Refuses what this Windows does not export; counts the thunks and stub variables needed. */
NTSTATUS LdrpCheckImports(LDRP_IMAGE *Image, LDR_ERROR *Error);
/* Writes every import's address, loading images as needed. Image is writable. */
NTSTATUS LdrpBindImports(LDRP_IMAGE *Image, LDR_ERROR *Error);
void *LdrpFindExport(LDRP_IMAGE *Image, const char *Name);

/* ---- version.c ------------------------------------------------------------------------------ */

/* "which first exists in …; this machine is …. Use --os …"; Export is not on this Windows. */
void LdrpDescribeAbsence(const LDR_EXPORT *Export, char *Text, SIZE_T Bytes);

/* ---- dll.c ---------------------------------------------------------------------------------- */

NTSTATUS LdrpCallDllInitialize(LDRP_IMAGE *Image, LDR_ERROR *Error);
/* FALSE: it has no DllUnload, or that failed: the image stays. */
BOOLEAN LdrpCallDllUnload(LDRP_IMAGE *Image);

/* ---- thunk.c -------------------------------------------------------------------------------- */

#define LDRP_THUNK_BYTES 96u
#define LDRP_STUB_DATA_BYTES 64u

enum LDRP_BINDING { LDRP_DIRECT, LDRP_THUNK, LDRP_STUB_VARIABLE };

enum LDRP_BINDING LdrpBindingOf(const LDRP_IMAGE *Image, const LDR_EXPORT *Export);
/* The address Image's import of Export gets. The thunk pages are writable. */
ULONG_PTR LdrpBindKernelExport(LDRP_IMAGE *Image, const LDR_EXPORT *Export);

/* ---- debug.c -------------------------------------------------------------------------------- */

void LdrpTellDebugger(const LDRP_IMAGE *Image, BOOLEAN Loaded);
unsigned LdrpDebuggerProtection(void); /* what code pages get besides; enum host_protection */

/* ---- irqlrule.c ------------------------------------------------------------------------------ */

/* A rule of Driver Verifier's: its number below 0xC4, and its name. */
typedef struct LDRP_IRQL_RULE {
    ULONG Code;
    const char *Text;
} LDRP_IRQL_RULE;

/* The one that a call at too high an IRQL breaks. */
const LDRP_IRQL_RULE *LdrpIrqlRule(const LDR_EXPORT *Export);
