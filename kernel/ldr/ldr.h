/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * ldr for the other components: driver images. An image is read from a host file, checked in full
 * before a byte of it is mapped, placed in the system range, relocated, bound to exports of the
 * kernel and of other images, protected section by section. An image other images import from stays
 * while they do; one that is imported from and not loaded yet is loaded from the importer's folder.
 */
#pragma once

#include "exports/exports.h"
#include "nt/ntimage.h"
#include "ps/ps.h"

typedef struct LDR_IMPORT_EDGE {
    struct LDR_IMAGE *Image;
    struct LDR_IMPORT_EDGE *Next;
} LDR_IMPORT_EDGE;

/* Its memory is reused for later images but stays readable until LdrTerminate. */
typedef struct LDR_IMAGE {
    char Name[64];          /* file name with extension, as import tables name it: "hello.sys" */
    char HostPath[512];     /* for debuggers and symbolisers */
    UCHAR *Base;
    ULONG SizeOfImage;      /* bytes, page-rounded; pages of the loader's own follow */
    ULONG_PTR PreferredBase;
    UCHAR *EntryPoint;      /* NULL: none */
    RUNTIME_FUNCTION *FunctionTable;
    ULONG FunctionCount;
    ULONG References;       /* loads and importing images */
    LDR_IMPORT_EDGE *Imports;
    BOOLEAN InitDiscarded;
    BOOLEAN Verified;       /* Driver Verifier looks at it, if it is on */
    ULONG TimeDateStamp;
    ULONG Sequence;         /* larger than that of every image loaded before */
} LDR_IMAGE;

/* Why a load failed, for people: names file, field or import, and what to do. */
typedef struct LDR_ERROR {
    NTSTATUS Status;
    char Text[512];
} LDR_ERROR;

NTSTATUS LdrInitialize(void);
/* Forgets every image, also half-loaded; their pages go with MmTerminate. No driver may run. */
void LdrTerminate(void);

/*
 * Loads HostPath (or finds it loaded and adds a reference). Statuses: OBJECT_NAME_NOT_FOUND (2):
 * the file or a module it imports from; INVALID_IMAGE_FORMAT (193), INVALID_IMAGE_WIN_32/64 (216),
 * IMAGE_CHECKSUM_MISMATCH, DRIVER_ENTRYPOINT_NOT_FOUND (127), DRIVER_ORDINAL_NOT_FOUND,
 * ACCESS_DENIED, NAME_TOO_LONG, INSUFFICIENT_RESOURCES, HOST_DOWN, or what DllInitialize of an
 * imported driver returned. Nothing stays mapped on failure and Error says why; only Error is
 * written then. PASSIVE_LEVEL.
 */
NTSTATUS LdrLoadImage(const char *HostPath, LDR_IMAGE **Image, LDR_ERROR *Error);
/*
 * Drops one reference. With the last one the image is unmapped, then what it imported from is
 * released: such an image goes too if nothing else needs it and it exports DllUnload, which is
 * called; without DllUnload it stays, as on Windows.
 */
void LdrUnloadImage(LDR_IMAGE *Image);
/* Pages of nothing but INIT and other discardable sections become inaccessible. PASSIVE_LEVEL. */
void LdrDiscardInit(LDR_IMAGE *Image);

/* The image an address lies in, NULL: none. Takes no lock: any IRQL, also in fault handling. */
LDR_IMAGE *LdrFindImage(ULONG_PTR Address);
/* Visits images until Visit returns FALSE, which is then returned. Takes no lock; any IRQL. */
BOOLEAN LdrEnumerateImages(BOOLEAN (*Visit)(LDR_IMAGE *Image, void *Context), void *Context);

/* Address of an export of an image by name, forwarders followed; NULL: none. PASSIVE_LEVEL. */
void *LdrFindExport(LDR_IMAGE *Image, const char *Name);

/* ---- The export table -------------------------------------------------------------------- */

enum LDR_COMPLETENESS { LDR_STUB, LDR_PARTIAL, LDR_FULL };
enum LDR_CONVENTION { LDR_STDCALL, LDR_FASTCALL, LDR_CDECL, LDR_DATA };

typedef struct LDR_EXPORT {
    const char *Name;
    const char *Module; /* "ntoskrnl.exe", "hal.dll", or a library for drivers: "usbd.sys",
                           "wmilib.sys" */
    void *Address;      /* NULL: stub */
    SHORT ArgBytes;     /* on x86; -1 unknown */
    UCHAR Convention;
    UCHAR MaxIrql;
    UCHAR Since, Last;    /* WINVER_* */
    UCHAR Completeness;
} LDR_EXPORT;

const LDR_EXPORT *LdrFindKernelExport(const char *Name); /* of ntoskrnl.exe or hal.dll, of any
                                                            version; NULL: none */
const LDR_EXPORT *LdrFindAnyExport(const char *Name);    /* of whatever module; NULL: unknown
                                                            everywhere */
/* In one module by any of its names in any case ("ntkrnlpa.exe"). NULL: no such export. */
const LDR_EXPORT *LdrFindModuleExport(const char *Module, const char *Name);
/* The same of 32-bit Windows, whatever this machine is: for checking a file, there are no
 * addresses. */
const LDR_EXPORT *LdrFindModuleExportX86(const char *Module, const char *Name);
/* A module of the export table by any of its names, as LDR_EXPORT has it; NULL: not one of ours. */
const char *LdrKernelModule(const char *Module);
#define LDR_PLAIN_NAME_BYTES 64
/* The name a module's rows have, of one it has another for; Plain: where it may be put. Kernel: of
 * LdrKernelModule. */
const char *LdrPlainName(const char *Kernel, const char *Name, char Plain[LDR_PLAIN_NAME_BYTES]);
const LDR_EXPORT *LdrKernelExports(ULONG *Count);
BOOLEAN LdrExportExists(const LDR_EXPORT *Export, ULONG WindowsVersion);
/* What a driver that imports it, or asks for it, is given; a function's own address but for
 * services of x86 (ke/i386/services.c). */
const void *LdrRoutine(const LDR_EXPORT *Export);
void LdrListServices(void); /* at start */
const char *LdrVersionName(ULONG WindowsVersion); /* "Windows 8.1" */
extern ULONG LdrTargetVersion; /* WINVER_* of --os; set before LdrInitialize */
extern BOOLEAN LdrRefuseStubs; /* an image that imports a stub does not load: STATUS_NOT_IMPLEMENTED
                                */
/* Called for an image that does; Names: of the stubs, the first ones if there are many. NULL:
 * nobody asks. PASSIVE_LEVEL. */
extern void (*LdrStubsImported)(const char *Image, const char *Names);

/* Told of each part of an image that is executable, once it is protected. NULL: nobody asks.
 * PASSIVE_LEVEL. */
extern void (*LdrCodeReady)(const LDR_IMAGE *Image, UCHAR *Start, SIZE_T SizeBytes,
    unsigned Protection, BOOLEAN Discardable);
/* The export whose thunk, in an image, that address is in; NULL: none. Any IRQL. */
const LDR_EXPORT *LdrExportOfThunk(ULONG_PTR Address);

/* What a verified image's import of a routine is bound to instead. */
typedef struct LDR_REPLACEMENT {
    const void *Export;  /* the address in the export table */
    const void *Routine; /* with the export's convention and arguments */
    ULONG Flags; /* Driver Verifier's, one of which must be on; 0: whenever the image is verified */
    BOOLEAN ChecksIrql; /* it looks at the caller's IRQL itself, and says more than LdrCheckIrql
                           does */
} LDR_REPLACEMENT;

extern void (*LdrImagePlaced)(const LDR_IMAGE *Image); /* a verified one, before any of its code
                                                          runs; NULL: nobody asks */
extern BOOLEAN LdrCheckIrql; /* verified images' imports go through thunks that check the caller's
                                IRQL */
extern BOOLEAN (*LdrIsPoint)(const LDR_EXPORT *Export); /* verified images' calls of it are points
                                                           (KePoint) also without turns; NULL: none
                                                           is */
extern BOOLEAN LdrPageSections; /* verified images' sections called PAGE… are pageable */
extern BOOLEAN (*LdrIsVerified)(const char *Name); /* by an image's name; NULL: every image is */
/* of a routine; NULL: there are none */
extern const LDR_REPLACEMENT *(*LdrFindReplacement)(const void *Export);

/*
 * An imported variable that is only a stub is bound to an inaccessible page; this tells which one
 * an access to Address meant, and which image imported it. NULL: Address is no such place. Safe in
 * fault handling.
 */
const LDR_EXPORT *LdrFindStubData(ULONG_PTR Address, LDR_IMAGE **Image);

/* ---- Import check of a file, without loading it ------------------------------------------ */

typedef struct LDR_IMPORT {
    const char *Module;
    const char *Name;     /* NULL: by ordinal */
    USHORT Ordinal;
    const LDR_EXPORT *Export; /* NULL: the kernel has no such name on any version */
} LDR_IMPORT;

/*
 * Calls Visit for every import of an x64 or x86 image file until it returns FALSE; strings live
 * during the call. Needs no machine. Statuses as LdrLoadImage.
 */
NTSTATUS LdrListImports(const char *HostPath,
    BOOLEAN (*Visit)(const LDR_IMPORT *Import, void *Context), void *Context, LDR_ERROR *Error);

/* ---- Exports --------------------------------------------------------------------------------- */

void *NTAPI MmGetSystemRoutineAddress(UNICODE_STRING *SystemRoutineName);
extern const ULONG DotsysVersion;
