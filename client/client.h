/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the files of client/ share. The Win32 calls themselves are declared in include/win32;
 * everything here is private to the library. A call turns its arguments into those of one system
 * service, calls it and turns the status into a last error. Nothing in this folder knows how the
 * kernel is reached: that is the Sys functions' business.
 */
#pragma once

#include "services.h"

#include "win32/windows.h"

#include "rtl/status.h"

/* ---- Last error (lasterror.c) ---------------------------------------------------------------- */

extern _Thread_local DWORD BasepLastError __attribute__((tls_model("initial-exec")));

/* Both set the last error and return FALSE, so that a call can end with `return
 * BasepFail(Status);`. */
BOOL BasepFail(NTSTATUS Status);
BOOL BasepFailWin32(DWORD Error);

/* ---- Text (utf.c) ---------------------------------------------------------------------------- */

/*
 * Conversions between UTF-8 and UTF-16. Both return the units the whole text needs, without an end,
 * and write as many as Room allows. Malformed input becomes U+FFFD; unpaired surrogates too.
 */
SIZE_T BasepUtf16FromUtf8(const char *Text, SIZE_T Length, WCHAR *Result, SIZE_T Room);
SIZE_T BasepUtf8FromUtf16(const WCHAR *Text, SIZE_T Length, char *Result, SIZE_T Room);
SIZE_T BasepWideLength(const WCHAR *Text);

/* A wide copy of an ANSI argument, on the caller's stack when it is short. */
typedef struct BASEP_WIDE {
    WCHAR *Text; /* NULL when the argument was */
    WCHAR *Allocated;
    WCHAR Inline[128];
} BASEP_WIDE;

/* STATUS_NO_MEMORY: nothing to free. */
NTSTATUS BasepWiden(const char *Text, BASEP_WIDE *Wide);
void BasepFreeWide(BASEP_WIDE *Wide);

/* ---- Objects (name.c) ------------------------------------------------------------------------ */

#define BASEP_DIRECTORY_UNITS 19 /* of the path named objects have, with the end */

/* What a service that creates an object takes. Attributes point into the structure: not to be
 * copied. */
typedef struct BASEP_OBJECT {
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Path;
    WCHAR Buffer[BASEP_DIRECTORY_UNITS + MAX_PATH];
} BASEP_OBJECT;

/* For a CreateX call; Security and Name may be NULL. FALSE: the last error is set. */
BOOL BasepNewObject(const SECURITY_ATTRIBUTES *Security, const WCHAR *Name, BASEP_OBJECT *Object);
/* What it returns: Handle, the last error telling whether the object was there before, or NULL. */
HANDLE BasepCreated(NTSTATUS Status, HANDLE Handle);
HANDLE BasepNoHandle(DWORD Error); /* NULL */

/* All OpenX calls. */
typedef NTSTATUS (*BASEP_OPEN)(HANDLE *Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES *Attributes);
HANDLE BasepOpenObject(BASEP_OPEN Open, DWORD Access, BOOL Inherit, const WCHAR *Name);
HANDLE BasepOpenObjectA(BASEP_OPEN Open, DWORD Access, BOOL Inherit, const char *Name);

/* BasepWiden that sets the last error. */
BOOL BasepWidenName(const char *Name, BASEP_WIDE *Wide);

/* ---- Paths (path.c) -------------------------------------------------------------------------- */

/* A path as the object manager knows it. Name.Buffer is in the structure or allocated: not to be
 * copied. */
typedef struct BASEP_PATH {
    UNICODE_STRING Name;
    WCHAR *Allocated;
    WCHAR Inline[MAX_PATH + 16];
} BASEP_PATH;

/*
 * Turns a Win32 path into an NT path. Nothing to free on failure:
 * STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND: the path is relative, with one or
 * several components, and the current directory is the host's (Z:); STATUS_OBJECT_PATH_NOT_FOUND
 * also: empty, or longer than MAX_PATH.
 * STATUS_NAME_TOO_LONG: a verbatim path does not fit in a UNICODE_STRING. STATUS_NO_MEMORY.
 */
NTSTATUS BasepPathFromWin32(const WCHAR *Path, BASEP_PATH *Result);
NTSTATUS BasepPathFromUtf8(const char *Path, BASEP_PATH *Result);
void BasepFreePath(BASEP_PATH *Path);
/* The Win32 path a path is in full, "C:\\a" or "\\\\.\\NUL", into Result->Name.
 * STATUS_OBJECT_NAME_INVALID: empty. STATUS_NO_MEMORY … */
NTSTATUS BasepFullPath(const WCHAR *Path, BASEP_PATH *Result);

/* ---- Current directory and answers (current.c) ----------------------------------------------- */

#define BASEP_CURRENT_CHARACTERS 4096u

/* "Z:\\home\\me", without a backslash at the end but for a root. Returns its length. */
SIZE_T BasepCurrentDirectory(WCHAR Text[BASEP_CURRENT_CHARACTERS]);

/*
 * Text as the answer of a call that takes a buffer of Room characters: its length, or what it needs
 * with its end when it does not fit. The second gives UTF-8.
 */
DWORD BasepAnswer(const WCHAR *Text, SIZE_T Length, WCHAR *Buffer, DWORD Room);
DWORD BasepAnswerAnsi(const WCHAR *Text, SIZE_T Length, char *Buffer, DWORD Room);

/* ---- Variables (environment.c) --------------------------------------------------------------- */

/* The value of a variable in UTF-8; NULL: there is none. */
const char *BasepFindVariable(const char *Name, SIZE_T Length);

/* ---- Requests whose end a routine is told (file.c) ------------------------------------------- */

/* The APC of such a request: Context is the routine, and the status block lies at the beginning of
 * the OVERLAPPED. */
void BasepRequestDone(void *Context, IO_STATUS_BLOCK *Io, ULONG Reserved);

/* ---- Files by name (files.c) ----------------------------------------------------------------- */

/* NtCreateFile on a Win32 path, synchronous. Options besides FILE_SYNCHRONOUS_IO_NONALERT. */
NTSTATUS BasepOpenFile(const WCHAR *Path, ACCESS_MASK Access, ULONG Share, ULONG Disposition,
    ULONG Options, ULONG Attributes, HANDLE *File);

static inline FILETIME BasepFileTime(LARGE_INTEGER Time)
{
    return (FILETIME){.dwLowDateTime = Time.LowPart, .dwHighDateTime = (DWORD)Time.HighPart};
}

/* ---- Waiting (wait.c) ------------------------------------------------------------------------ */

/* An interval of milliseconds as services take it; NULL: INFINITE. Time is the storage. */
static inline LARGE_INTEGER *BasepTimeout(DWORD Milliseconds, LARGE_INTEGER *Time)
{
    if (Milliseconds == INFINITE)
        return NULL;
    Time->QuadPart = -(LONGLONG)Milliseconds * 10000;
    return Time;
}

/*
 * Waits for the completion of a request that returned STATUS_PENDING on a handle without an
 * OVERLAPPED. Returns the request's final status, or why the wait failed.
 */
NTSTATUS BasepWaitForRequest(HANDLE File, const IO_STATUS_BLOCK *Io);

/* The bit an application sets in OVERLAPPED.hEvent to keep the request off a completion port; no
 * part of the handle. */
#define BASEP_NO_PORT_BIT ((ULONG_PTR)1)

static inline HANDLE BasepOverlappedEvent(const OVERLAPPED *Overlapped)
{
    return (HANDLE)((ULONG_PTR)Overlapped->hEvent & ~BASEP_NO_PORT_BIT);
}

/* The first two fields of an OVERLAPPED are the request's status block. */
static inline IO_STATUS_BLOCK *BasepStatusBlock(OVERLAPPED *Overlapped)
{
    return (IO_STATUS_BLOCK *)(void *)&Overlapped->Internal;
}
