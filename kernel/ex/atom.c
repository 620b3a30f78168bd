/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Atom tables: names of up to 255 characters, whatever their case, and the numbers from 0xC000 on
 * that stand for them. Numbers below stand for themselves and are in no table. A table's push lock
 * guards it; the table and its names are paged pool, which RtlDestroyAtomTable frees.
 */
#include <string.h>

#include "ex/atom.h"
#include "ex/pushlock.h"
#include "rtl/crt.h"
#include "rtl/rtl.h"

#define EXP_TAG_ATOM    0x6D6F7441u /* 'Atom' */
#define EXP_FIRST_ATOM  0xC000u
#define EXP_MOST_ATOMS  0x4000u
#define EXP_FIRST_ROOM  64u
#define EXP_BUCKETS     37u
#define EXP_NAME_LENGTH 255u
#define EXP_ATOM_PINNED 1u

typedef struct EXP_ATOM {
    struct EXP_ATOM *Next; /* of its bucket */
    ULONG Hash;
    ULONG References;
    RTL_ATOM Number;
    USHORT Flags;
    USHORT Length; /* characters of Name, behind which a zero stands */
    WCHAR Name[];
} EXP_ATOM;

struct EXP_ATOM_TABLE {
    ULONG Mark; /* EXP_TAG_ATOM */
    EX_PUSH_LOCK Lock;
    EXP_ATOM **ByNumber; /* Room of them, from EXP_FIRST_ATOM on; NULL: free */
    ULONG Room;
    ULONG BucketCount;
    EXP_ATOM *Buckets[];
};

static void ExpLockAtoms(EXP_ATOM_TABLE *Table)
{
    KeEnterCriticalRegion();
    ExfAcquirePushLockExclusive(&Table->Lock);
}

static void ExpUnlockAtoms(EXP_ATOM_TABLE *Table)
{
    ExfReleasePushLockExclusive(&Table->Lock);
    KeLeaveCriticalRegion();
}

static ULONG ExpHashName(const WCHAR *Name, ULONG Length)
{
    ULONG Hash = Length;

    for (ULONG At = 0; At < Length; At++)
        Hash = Hash * 31 + RtlUpcaseUnicodeChar(Name[At]);
    return Hash;
}

/* Names: what a caller means by one. */
typedef struct EXP_ATOM_NAME {
    const WCHAR *Text;
    ULONG Length, Hash;
    USHORT Integer; /* 0: it is text */
} EXP_ATOM_NAME;

static NTSTATUS ExpReadName(const WCHAR *Text, EXP_ATOM_NAME *Name)
{
    *Name = (EXP_ATOM_NAME){.Text = Text};
    if (RtlGetIntegerAtom(Text, &Name->Integer))
        return Name->Integer < EXP_FIRST_ATOM ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    if ((ULONG_PTR)Text <= 0xFFFF)
        return STATUS_INVALID_PARAMETER;
    Name->Length = (ULONG)NtCrt_wcsnlen(Text, EXP_NAME_LENGTH + 1);
    if (Name->Length == 0 || Name->Length > EXP_NAME_LENGTH)
        return STATUS_OBJECT_NAME_INVALID;
    Name->Hash = ExpHashName(Text, Name->Length);
    return STATUS_SUCCESS;
}

static EXP_ATOM *ExpFindAtom(const EXP_ATOM_TABLE *Table, const EXP_ATOM_NAME *Name)
{
    EXP_ATOM *Atom = Table->Buckets[Name->Hash % Table->BucketCount];

    for (; Atom != NULL; Atom = Atom->Next) {
        if (Atom->Hash == Name->Hash && Atom->Length == Name->Length &&
            RtlCompareUnicodeStrings(Atom->Name, Atom->Length, Name->Text, Name->Length, TRUE) == 0)
            break;
    }
    return Atom;
}

/* The atom of a number from EXP_FIRST_ATOM on; NULL: there is none. */
static EXP_ATOM *ExpAtomOf(const EXP_ATOM_TABLE *Table, RTL_ATOM Number)
{
    const ULONG Index = Number - EXP_FIRST_ATOM;

    return Index < Table->Room ? Table->ByNumber[Index] : NULL;
}

static void ExpRemoveAtom(EXP_ATOM_TABLE *Table, EXP_ATOM *Atom)
{
    EXP_ATOM **Place = &Table->Buckets[Atom->Hash % Table->BucketCount];

    while (*Place != Atom)
        Place = &(*Place)->Next;
    *Place = Atom->Next;
    Table->ByNumber[Atom->Number - EXP_FIRST_ATOM] = NULL;
    ExiFree(Atom);
}

static NTSTATUS ExpFindNumber(EXP_ATOM_TABLE *Table, ULONG_PTR Site, RTL_ATOM *Number)
{
    EXP_ATOM **Larger;
    ULONG Index = 0;

    while (Index < Table->Room && Table->ByNumber[Index] != NULL)
        Index++;
    *Number = (RTL_ATOM)(EXP_FIRST_ATOM + Index);
    if (Index < Table->Room)
        return STATUS_SUCCESS;
    if (Table->Room == EXP_MOST_ATOMS)
        return STATUS_NO_MEMORY;
    const ULONG Room = Table->Room != 0 ? 2 * Table->Room : EXP_FIRST_ROOM;
    Larger = ExiAllocateZero(PagedPool, Room * sizeof(*Larger), EXP_TAG_ATOM, Site);
    if (Larger == NULL)
        return STATUS_NO_MEMORY;
    if (Table->Room != 0) {
        memcpy(Larger, Table->ByNumber, Table->Room * sizeof(*Larger));
        ExiFree(Table->ByNumber);
    }
    Table->ByNumber = Larger;
    Table->Room = Room;
    return STATUS_SUCCESS;
}

static NTSTATUS ExpMakeAtom(
    EXP_ATOM_TABLE *Table, const EXP_ATOM_NAME *Name, ULONG_PTR Site, EXP_ATOM **Result)
{
    EXP_ATOM **Bucket = &Table->Buckets[Name->Hash % Table->BucketCount], *Atom;
    RTL_ATOM Number;
    NTSTATUS Status = ExpFindNumber(Table, Site, &Number);

    if (!NT_SUCCESS(Status))
        return Status;
    Atom = ExiAllocate(
        PagedPool, sizeof(*Atom) + (Name->Length + 1) * sizeof(WCHAR), EXP_TAG_ATOM, Site);
    if (Atom == NULL)
        return STATUS_NO_MEMORY;
    *Atom = (EXP_ATOM){
        .Next = *Bucket, .Hash = Name->Hash, .Number = Number, .Length = (USHORT)Name->Length};
    memcpy(Atom->Name, Name->Text, Name->Length * sizeof(WCHAR));
    Atom->Name[Name->Length] = 0;
    *Bucket = Atom;
    Table->ByNumber[Number - EXP_FIRST_ATOM] = Atom;
    *Result = Atom;
    return STATUS_SUCCESS;
}

/*
 * RtlCreateAtomTable - make an empty table.
 *
 * NumberOfBuckets: of its hash table; 0: 37. AtomTable: points to NULL; otherwise to a table
 *          already, which stays as it is.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: more buckets than there are atoms; NO_MEMORY.
 * Owner:   the caller; RtlDestroyAtomTable.
 * Source:  INF public headers and the behaviour Windows shows: undocumented
 */
NTSTATUS NTAPI RtlCreateAtomTable(ULONG NumberOfBuckets, EXP_ATOM_TABLE **AtomTable)
{
    const ULONG Count = NumberOfBuckets != 0 ? NumberOfBuckets : EXP_BUCKETS;
    EXP_ATOM_TABLE *Table;

    if (*AtomTable != NULL)
        return STATUS_SUCCESS;
    if (Count > EXP_MOST_ATOMS)
        return STATUS_INVALID_PARAMETER;
    Table = ExiAllocateZero(
        PagedPool, sizeof(*Table) + Count * sizeof(Table->Buckets[0]), EXP_TAG_ATOM, EX_CALLER);
    if (Table == NULL)
        return STATUS_NO_MEMORY;
    Table->Mark = EXP_TAG_ATOM;
    Table->BucketCount = Count;
    *AtomTable = Table;
    return STATUS_SUCCESS;
}

static BOOLEAN ExpIsAtomTable(const EXP_ATOM_TABLE *Table)
{
    return Table != NULL && Table->Mark == EXP_TAG_ATOM;
}

/*
 * RtlEmptyAtomTable - take every atom out; those that are pinned only if IncludePinnedAtoms.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INVALID_PARAMETER: no table. Source: as RtlCreateAtomTable
 */
NTSTATUS NTAPI RtlEmptyAtomTable(EXP_ATOM_TABLE *AtomTable, BOOLEAN IncludePinnedAtoms)
{
    if (!ExpIsAtomTable(AtomTable))
        return STATUS_INVALID_PARAMETER;
    ExpLockAtoms(AtomTable);
    for (ULONG Index = 0; Index < AtomTable->Room; Index++) {
        EXP_ATOM *Atom = AtomTable->ByNumber[Index];
        if (Atom != NULL && (IncludePinnedAtoms || !(Atom->Flags & EXP_ATOM_PINNED)))
            ExpRemoveAtom(AtomTable, Atom);
    }
    ExpUnlockAtoms(AtomTable);
    return STATUS_SUCCESS;
}

/*
 * RtlDestroyAtomTable - free a table with all that is in it.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INVALID_PARAMETER: no table. Source: as RtlCreateAtomTable
 */
NTSTATUS NTAPI RtlDestroyAtomTable(EXP_ATOM_TABLE *AtomTable)
{
    NTSTATUS Status = RtlEmptyAtomTable(AtomTable, TRUE);

    if (!NT_SUCCESS(Status))
        return Status;
    if (AtomTable->ByNumber != NULL)
        ExiFree(AtomTable->ByNumber);
    AtomTable->Mark = 0;
    ExiFree(AtomTable);
    return STATUS_SUCCESS;
}

/* The atom of a name; one that is not there is made, and has a reference more, if Make says so. */
static NTSTATUS ExpNameToAtom(EXP_ATOM_TABLE *AtomTable, const WCHAR *AtomName, BOOLEAN Make,
    ULONG_PTR Site, RTL_ATOM *Atom)
{
    EXP_ATOM_NAME Name;
    NTSTATUS Status =
        ExpIsAtomTable(AtomTable) ? ExpReadName(AtomName, &Name) : STATUS_INVALID_PARAMETER;

    if (!NT_SUCCESS(Status))
        return Status;
    RTL_ATOM Number = Name.Integer;
    if (Number == 0) {
        ExpLockAtoms(AtomTable);
        EXP_ATOM *Found = ExpFindAtom(AtomTable, &Name);
        if (Found == NULL)
            Status = Make ? ExpMakeAtom(AtomTable, &Name, Site, &Found)
                          : STATUS_OBJECT_NAME_NOT_FOUND;
        if (NT_SUCCESS(Status)) {
            Found->References += Make && !(Found->Flags & EXP_ATOM_PINNED);
            Number = Found->Number;
        }
        ExpUnlockAtoms(AtomTable);
    }
    if (NT_SUCCESS(Status) && Atom != NULL)
        *Atom = Number;
    return Status;
}

/*
 * RtlAddAtomToAtomTable - the atom of a name, which is made, or has one reference more unless it is
 * pinned.
 *
 * AtomName: text; or a number as RtlGetIntegerAtom knows them, which is its own atom. Atom:
 *          optional.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_INVALID: empty or longer than 255 characters; INVALID_PARAMETER: no
 *          table, or a number that is no atom; NO_MEMORY: also when every number is taken.
 * Source:  as RtlCreateAtomTable
 */
NTSTATUS NTAPI RtlAddAtomToAtomTable(
    EXP_ATOM_TABLE *AtomTable, const WCHAR *AtomName, RTL_ATOM *Atom)
{
    return ExpNameToAtom(AtomTable, AtomName, TRUE, EX_CALLER, Atom);
}

/*
 * RtlLookupAtomInAtomTable - the atom of a name that is there.
 *
 * Atom:    optional.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND; OBJECT_NAME_INVALID, INVALID_PARAMETER: as
 *          RtlAddAtomToAtomTable.
 * Source:  as RtlCreateAtomTable
 */
NTSTATUS NTAPI RtlLookupAtomInAtomTable(
    EXP_ATOM_TABLE *AtomTable, const WCHAR *AtomName, RTL_ATOM *Atom)
{
    return ExpNameToAtom(AtomTable, AtomName, FALSE, 0, Atom);
}

/* What an atom below those of tables is good for: everything, but 0 is none. */
static NTSTATUS ExpCheckInteger(RTL_ATOM Atom)
{
    return Atom != 0 ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

/*
 * RtlDeleteAtomFromAtomTable - give back a reference; the last one takes the atom out.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS: also for numbers that are in no table; WAS_LOCKED, a success: it is pinned, and
 *          stays; INVALID_HANDLE: there is no such atom; INVALID_PARAMETER: no table.
 * Source:  as RtlCreateAtomTable
 */
NTSTATUS NTAPI RtlDeleteAtomFromAtomTable(EXP_ATOM_TABLE *AtomTable, RTL_ATOM Atom)
{
    NTSTATUS Status = STATUS_SUCCESS;

    if (!ExpIsAtomTable(AtomTable))
        return STATUS_INVALID_PARAMETER;
    if (Atom < EXP_FIRST_ATOM)
        return ExpCheckInteger(Atom);
    ExpLockAtoms(AtomTable);
    EXP_ATOM *Found = ExpAtomOf(AtomTable, Atom);
    if (Found == NULL)
        Status = STATUS_INVALID_HANDLE;
    else if (Found->Flags & EXP_ATOM_PINNED)
        Status = STATUS_WAS_LOCKED;
    else if (--Found->References == 0)
        ExpRemoveAtom(AtomTable, Found);
    ExpUnlockAtoms(AtomTable);
    return Status;
}

/*
 * RtlPinAtomInAtomTable - let an atom stay whoever deletes it.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS: also for numbers that are in no table; INVALID_HANDLE: there is no such atom;
 *          INVALID_PARAMETER: no table.
 * Source:  as RtlCreateAtomTable
 */
NTSTATUS NTAPI RtlPinAtomInAtomTable(EXP_ATOM_TABLE *AtomTable, RTL_ATOM Atom)
{
    NTSTATUS Status = STATUS_INVALID_HANDLE;

    if (!ExpIsAtomTable(AtomTable))
        return STATUS_INVALID_PARAMETER;
    if (Atom < EXP_FIRST_ATOM)
        return ExpCheckInteger(Atom);
    ExpLockAtoms(AtomTable);
    EXP_ATOM *Found = ExpAtomOf(AtomTable, Atom);
    if (Found != NULL) {
        Found->Flags |= EXP_ATOM_PINNED;
        Status = STATUS_SUCCESS;
    }
    ExpUnlockAtoms(AtomTable);
    return Status;
}

/*
 * Copies what fits of a name, with a zero behind it. BUFFER_TOO_SMALL, with the length: there is no
 * room for a character.
 */
static NTSTATUS ExpReturnName(const WCHAR *Name, ULONG Length, WCHAR *Buffer, ULONG *Bytes)
{
    const ULONG Room = *Bytes / sizeof(WCHAR);

    if (Room < 2) {
        *Bytes = Length * sizeof(WCHAR);
        return STATUS_BUFFER_TOO_SMALL;
    }
    if (Length > Room - 1)
        Length = Room - 1;
    memcpy(Buffer, Name, Length * sizeof(WCHAR));
    Buffer[Length] = 0;
    *Bytes = Length * sizeof(WCHAR);
    return STATUS_SUCCESS;
}

/*
 * RtlQueryAtomInAtomTable - an atom's references, whether it is pinned (1), and its name.
 *
 * All results are optional. AtomNameLength: bytes there are for AtomName; receives those of the
 * name, without the zero behind it, which is cut to what fits.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE: there is no such atom; BUFFER_TOO_SMALL: no room for a
 *          character, *AtomNameLength has what the name takes; INVALID_PARAMETER: no table. A
 *          number that is in no table has one reference, is pinned, and is "#123".
 * Source:  as RtlCreateAtomTable
 */
NTSTATUS NTAPI RtlQueryAtomInAtomTable(EXP_ATOM_TABLE *AtomTable, RTL_ATOM Atom, ULONG *AtomUsage,
    ULONG *AtomFlags, WCHAR *AtomName, ULONG *AtomNameLength)
{
    WCHAR Integer[8];
    NTSTATUS Status = STATUS_SUCCESS;

    if (!ExpIsAtomTable(AtomTable))
        return STATUS_INVALID_PARAMETER;
    if (Atom == 0)
        return STATUS_INVALID_HANDLE;
    ExpLockAtoms(AtomTable);
    const EXP_ATOM *Found = Atom >= EXP_FIRST_ATOM ? ExpAtomOf(AtomTable, Atom) : NULL;
    if (Found == NULL && Atom >= EXP_FIRST_ATOM) {
        Status = STATUS_INVALID_HANDLE;
        goto Unlock;
    }
    if (AtomUsage != NULL)
        *AtomUsage = Found != NULL ? Found->References : 1;
    if (AtomFlags != NULL)
        *AtomFlags = Found != NULL ? Found->Flags : EXP_ATOM_PINNED;
    if (AtomName != NULL && AtomNameLength != NULL) {
        ULONG Length = Found != NULL ? Found->Length : (ULONG)NtCrt_swprintf(Integer, u"#%u", Atom);
        Status =
            ExpReturnName(Found != NULL ? Found->Name : Integer, Length, AtomName, AtomNameLength);
    }

Unlock:
    ExpUnlockAtoms(AtomTable);
    return Status;
}

/*
 * RtlGetIntegerAtom - whether a name is a number: in place of a pointer, or as text "#123".
 *
 * IntegerAtom: optional; receives the number, 0xC000 for 0 and for text with a number from there
 *          on: no atom.
 * IRQL:    <= APC_LEVEL
 * Returns: FALSE: it is text, or a number from 0xC000 on in place of a pointer.
 * Source:  INF the behaviour Windows shows: undocumented
 */
BOOLEAN NTAPI RtlGetIntegerAtom(const WCHAR *AtomName, USHORT *IntegerAtom)
{
    ULONG Value = 0;

    if ((ULONG_PTR)AtomName <= 0xFFFF) {
        Value = (ULONG)(ULONG_PTR)AtomName;
        if (Value >= EXP_FIRST_ATOM)
            return FALSE;
    } else {
        if (*AtomName++ != '#' || *AtomName == 0)
            return FALSE;
        for (; *AtomName != 0; AtomName++) {
            if (*AtomName < '0' || *AtomName > '9')
                return FALSE;
            Value = Value < EXP_FIRST_ATOM ? Value * 10 + (*AtomName - u'0') : Value;
        }
    }
    if (IntegerAtom != NULL)
        *IntegerAtom = (USHORT)(Value == 0 || Value > EXP_FIRST_ATOM ? EXP_FIRST_ATOM : Value);
    return TRUE;
}
