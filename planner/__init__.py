"""What has to change: desired resources, diff, order, gates, plan and its rendering; pure."""
