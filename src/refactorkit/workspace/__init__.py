"""Disk and git: the only package that writes files or runs git.

A `Workspace` is where a run reads from: `GitWorkspace` reads the blobs of one commit and can build commits from objects,
`DiskWorkspace` reads files and can write them in place.
"""

from __future__ import annotations

from refactorkit.workspace.entries import Entry, Identity, Workspace, WorkspaceError
from refactorkit.workspace.opening import open_workspace
from refactorkit.workspace.scratch import scratch

__all__ = ["Entry", "Identity", "Workspace", "WorkspaceError", "open_workspace", "scratch"]
