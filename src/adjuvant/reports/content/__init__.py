"""What a report says, gathered from an outcome once and drawn by HTML, PDF and terminal alike."""

from adjuvant.reports.content.course import course_content
from adjuvant.reports.content.model import Content
from adjuvant.reports.content.reported import reported_content

__all__ = ["Content", "course_content", "reported_content"]
