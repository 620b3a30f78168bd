/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: what lies where in a PE image in memory. */
#pragma once

#include "nt/ntimage.h"

IMAGE_NT_HEADERS *NTAPI RtlImageNtHeader(void *Base);
void *NTAPI RtlImageDirectoryEntryToData(
    void *Base, BOOLEAN MappedAsImage, USHORT DirectoryEntry, ULONG *Size);
void *NTAPI RtlFindExportedRoutineByName(void *ImageBase, const char *RoutineName);

/* An entry of the headers' data directory, of either word size; NULL: they have none. HeaderBytes:
 * receives SizeOfHeaders. */
const IMAGE_DATA_DIRECTORY *NTAPI RtlpDirectory(
    IMAGE_NT_HEADERS *Headers, USHORT Entry, ULONG *HeaderBytes);
