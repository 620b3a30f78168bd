/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Atom tables (atom.c). */
#pragma once

#include "ex/ex.h"

typedef USHORT RTL_ATOM;
typedef struct EXP_ATOM_TABLE EXP_ATOM_TABLE;

NTSTATUS NTAPI RtlCreateAtomTable(ULONG NumberOfBuckets, EXP_ATOM_TABLE **AtomTable);
NTSTATUS NTAPI RtlDestroyAtomTable(EXP_ATOM_TABLE *AtomTable);
NTSTATUS NTAPI RtlEmptyAtomTable(EXP_ATOM_TABLE *AtomTable, BOOLEAN IncludePinnedAtoms);
NTSTATUS NTAPI RtlAddAtomToAtomTable(
    EXP_ATOM_TABLE *AtomTable, const WCHAR *AtomName, RTL_ATOM *Atom);
NTSTATUS NTAPI RtlLookupAtomInAtomTable(
    EXP_ATOM_TABLE *AtomTable, const WCHAR *AtomName, RTL_ATOM *Atom);
NTSTATUS NTAPI RtlDeleteAtomFromAtomTable(EXP_ATOM_TABLE *AtomTable, RTL_ATOM Atom);
NTSTATUS NTAPI RtlPinAtomInAtomTable(EXP_ATOM_TABLE *AtomTable, RTL_ATOM Atom);
NTSTATUS NTAPI RtlQueryAtomInAtomTable(EXP_ATOM_TABLE *AtomTable, RTL_ATOM Atom, ULONG *AtomUsage,
    ULONG *AtomFlags, WCHAR *AtomName, ULONG *AtomNameLength);
BOOLEAN NTAPI RtlGetIntegerAtom(const WCHAR *AtomName, USHORT *IntegerAtom);
