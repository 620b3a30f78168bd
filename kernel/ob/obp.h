/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/ob only. */
#pragma once

#include "ob/ob.h"
#include "rtl/rtl.h"

#define OBP_TAG_NAME 0x6d4e624fu      /* 'ObNm' */
#define OBP_TAG_SECURITY 0x6353624fu  /* 'ObSc' */
#define OBP_TAG_DIRECTORY 0x6944624fu /* 'ObDi' */
#define OBP_TAG_HANDLE 0x6148624fu    /* 'ObHa' */
#define OBP_TAG_QUERY 0x7551624fu     /* 'ObQu' */

/* ---- init ------------------------------------------------------------------------------------ */

NTSTATUS ObpCreateCoreTypes(void);       /* type.c */
NTSTATUS ObpEnterCoreTypes(void);        /* type.c; once \ObjectTypes exists */
NTSTATUS ObpCreateDispatcherTypes(void); /* event.c */
void ObpDestroyTypes(void);
OBJECT_TYPE *ObpTypeByIndex(ULONG Index); /* NULL: no more */

/* ---- objects --------------------------------------------------------------------------------- */

/* What is left when the count came down to Count <= 0. NTAPI: called from the hot path. */
void NTAPI ObpLastReference(OBJECT_HEADER *Header, LONG_PTR Count);
void ObpResetDeletions(void);
/* Counts a handle in or out; out calls Close and unlinks a temporary object's name after the
 * last. */
NTSTATUS ObpAddHandleCount(OBJECT_HEADER *Header, OB_HANDLE_TABLE *Table, ULONG Attributes);
void ObpDropHandleCount(OBJECT_HEADER *Header);

/* ---- names ----------------------------------------------------------------------------------- */

/*
 * A directory is an array of its children sorted by name, first without and then with regard to
 * case. A child holds a reference on the directory, the directory one on each child. Everything
 * under ObpNameLock.
 */
typedef struct OB_DIRECTORY {
    OBJECT_HEADER **Child;
    ULONG Count;
    ULONG Capacity;
} OB_DIRECTORY;

typedef struct OBP_SYMBOLIC_LINK {
    UNICODE_STRING Target; /* pool, with a terminator; never changes */
    LARGE_INTEGER CreationTime;
} OBP_SYMBOLIC_LINK;

extern KSPIN_LOCK ObpNameLock;
extern OB_DIRECTORY *ObpGlobalDirectory; /* \GLOBAL??, also found as \?? */

LONG ObpCompareNames(const UNICODE_STRING *First, const UNICODE_STRING *Second, BOOLEAN WithCase);
/* The child of that name with a reference, or NULL. */
OBJECT_HEADER *ObpFindChild(OB_DIRECTORY *Directory, const UNICODE_STRING *Name, BOOLEAN WithCase);
/* STATUS_OBJECT_NAME_COLLISION: *Existing has a reference. The child's Name is set already and it
 * has no directory. */
NTSTATUS ObpInsertChild(
    OB_DIRECTORY *Directory, OBJECT_HEADER *Child, BOOLEAN WithCase, OBJECT_HEADER **Existing);
/* Takes the child out of its directory if it is in one and Condition (optional) holds under the
 * lock. */
BOOLEAN ObpUnlinkChild(OBJECT_HEADER *Child, BOOLEAN (*Condition)(OBJECT_HEADER *Child));
NTSTATUS ObpCreateDirectory(const char *Path, ULONG Attributes, void **Directory);
void ObpEmptyDirectory(OB_DIRECTORY *Directory);
void ObpDeleteDirectory(void *Object);
void ObpDeleteSymbolicLink(void *Object);

/* A walk along a path; see ObpLookup. */
typedef struct OBP_LOOKUP {
    void *RootDirectory;             /* NULL: the path starts at the root */
    const UNICODE_STRING *Path;
    const OBJECT_TYPE *WantedType;   /* NULL: any */
    ULONG Attributes;
    OB_ACCESS *Access;
    void *ParseContext;
    OBJECT_HEADER *Insert;  /* a nameless object to enter where the last component is missing; NULL:
                               none */
    BOOLEAN AssignSecurity; /* gives it a descriptor from its directory's and Security */
    const SECURITY_DESCRIPTOR *Security;
    BOOLEAN Inserted;                /* out: it was; otherwise Object is what is there */
    BOOLEAN Parsed;                  /* out: Object came from a Parse procedure */
    void *Object;                    /* out: referenced */
} OBP_LOOKUP;
NTSTATUS ObpLookup(OBP_LOOKUP *Lookup);

/* What a name that is taken is to who wanted to enter New there. */
NTSTATUS ObpCollision(void *Existing, const OBJECT_HEADER *New);

NTSTATUS ObpCopyString(const UNICODE_STRING *String, UNICODE_STRING *Copy);

/* ---- security -------------------------------------------------------------------------------- */

/* Gives a new object, about to be entered in Parent (NULL: nameless), its descriptor. */
NTSTATUS ObpAssignSecurity(
    OBJECT_HEADER *Header, void *Parent, const SECURITY_DESCRIPTOR *Explicit);
void ObpResetSecurity(void);
NTSTATUS ObpCheckCreate(void *Directory, const OBJECT_TYPE *Type, const OB_ACCESS *Access);

static inline ACCESS_MASK ObpMapGeneric(ACCESS_MASK Access, const GENERIC_MAPPING *Mapping)
{
    if (Access & GENERIC_READ)
        Access |= Mapping->GenericRead;
    if (Access & GENERIC_WRITE)
        Access |= Mapping->GenericWrite;
    if (Access & GENERIC_EXECUTE)
        Access |= Mapping->GenericExecute;
    if (Access & GENERIC_ALL)
        Access |= Mapping->GenericAll;
    return Access & ~(ACCESS_MASK)(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
}

/* ---- handles --------------------------------------------------------------------------------- */

#if defined(__x86_64__)
#define OBP_KERNEL_HANDLE ((ULONG_PTR)0xFFFFFFFF80000000)
#else
#define OBP_KERNEL_HANDLE ((ULONG_PTR)0x80000000)
#endif

/* beside OBJ_INHERIT in a handle's attributes, as Windows reports them */
#define OBP_PROTECT_CLOSE 0x1u
#define OBP_HANDLE_ATTRIBUTES (OBJ_INHERIT | OBP_PROTECT_CLOSE)

static inline BOOLEAN ObpIsKernelValue(HANDLE Handle)
{
    return ((ULONG_PTR)Handle & OBP_KERNEL_HANDLE) == OBP_KERNEL_HANDLE;
}

void ObpResetTables(void);
BOOLEAN ObpIsTable(const void *Address); /* there is a handle table at it */

typedef struct OBP_HANDLE_VALUE {
    ACCESS_MASK Granted;
    ULONG Attributes;
} OBP_HANDLE_VALUE;

/* As ObiReferenceByHandle, with the handle's attributes too. */
NTSTATUS ObpReferenceHandle(
    HANDLE Handle, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, void **Object, OBP_HANDLE_VALUE *Value);
NTSTATUS ObpReferenceInTable(
    const OB_HANDLE_TABLE *Table, ULONG_PTR Handle, void **Object, OBP_HANDLE_VALUE *Value);
NTSTATUS ObpInsertHandle(
    OB_HANDLE_TABLE *Table, void *Object, ACCESS_MASK Granted, ULONG Attributes, HANDLE *Handle);
/* Closes a handle of Table, kernel bits already taken off. IgnoreProtection: the table is being
 * emptied. */
NTSTATUS ObpCloseHandle(OB_HANDLE_TABLE *Table, ULONG_PTR Handle, BOOLEAN IgnoreProtection);
/* The table a handle lies in, and its value there. NULL: no such handle for this mode. */
OB_HANDLE_TABLE *ObpTableOfHandle(HANDLE Handle, KPROCESSOR_MODE Mode, ULONG_PTR *Value);
OB_HANDLE_TABLE *ObpCurrentTable(void);

/* References what a service works on; the access it needs is only asked of UserMode. */
NTSTATUS ObpReferenceFor(HANDLE Handle, ACCESS_MASK Needed, OBJECT_TYPE *Type, void **Object);
/* Steps shared by all NtCreateX: creation of the object itself, and naming it and giving out its
 * handle. */
NTSTATUS ObpBeginCreate(HANDLE *Handle, OBJECT_ATTRIBUTES *Attributes, OBJECT_TYPE *Type,
    SIZE_T Bytes, ULONG_PTR Site, OB_NAME *Name, void **Object);
NTSTATUS ObpEndCreate(HANDLE *Handle, ACCESS_MASK Access, OB_NAME *Name, void *Object);
/* All NtOpenX. */
NTSTATUS ObpOpen(
    HANDLE *Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES *Attributes, OBJECT_TYPE *Type);
/* Reports a LONG the caller may not have asked for. */
NTSTATUS ObpReturnLong(LONG *To, LONG Value);
/* The steps of a query of a dispatcher object: class 0 with a structure of fixed size. End lets the
 * object go. */
NTSTATUS ObpBeginQuery(HANDLE Handle, ULONG Class, ULONG Length, ULONG Wanted, ACCESS_MASK Access,
    OBJECT_TYPE *Type, void **Object);
NTSTATUS ObpEndQuery(
    void *Object, void *Information, const void *Answer, ULONG Bytes, ULONG *ReturnLength);

NTSTATUS ObpCreateTimerType(void); /* timer.c */
